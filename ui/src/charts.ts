// Charts: ECharts with the options of the page, coloured from the page's own custom properties, opening what stands behind a mark.
import { BarChart, GraphChart, LineChart, ScatterChart, TreemapChart, HeatmapChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, MarkAreaComponent, TooltipComponent, VisualMapComponent, AriaComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, GraphChart, LineChart, ScatterChart, TreemapChart, HeatmapChart, GridComponent, LegendComponent, MarkLineComponent,
  MarkAreaComponent, TooltipComponent, VisualMapComponent, AriaComponent, LabelLayout, CanvasRenderer]);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const still = matchMedia("(prefers-reduced-motion: reduce)");

export function drawAll(): void {
  const figures = [...document.querySelectorAll<HTMLElement>("[data-chart]")];
  // A chart is drawn when it comes near the window.
  const near = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (!one.isIntersecting) continue;
      near.unobserve(one.target);
      draw(one.target as HTMLElement);
    }
  }, { rootMargin: "400px" });
  for (const figure of figures) near.observe(figure);
  addEventListener("beforeprint", () => {
    near.disconnect();
    for (const figure of figures) if (!drawn.has(figure)) draw(figure);
    onPaper(true);
  });
  addEventListener("afterprint", () => onPaper(false));
}

/** Draws every chart in the colours and at the width of paper, or of the screen again. */
function onPaper(paper: boolean): void {
  const root = document.documentElement;
  const scheme = root.dataset["theme"];
  if (paper) root.dataset["theme"] = "light";
  for (const { canvas, chart, paint } of drawn.values()) {
    chart.resize({ width: paper ? Math.min(canvas.clientWidth, PAPER_WIDTH) : "auto" });
    paint();
  }
  if (scheme) root.dataset["theme"] = scheme;
  else delete root.dataset["theme"];
}

/** What fits between the margins of A4, pixels. */
const PAPER_WIDTH = 672;

const drawn = new Map<HTMLElement, { canvas: HTMLElement; chart: ECharts; paint: () => void }>();

function draw(figure: HTMLElement): void {
  const canvas = figure.querySelector<HTMLElement>(".chart-canvas");
  const text = figure.querySelector("[data-options]")?.textContent;
  if (!canvas || !text) return;
  const options = JSON.parse(text) as { [key: string]: Json };
  const chart = init(canvas, undefined, { renderer: "canvas" });
  const paint = (): void => chart.setOption(dress(options), { notMerge: true });
  drawn.set(figure, { canvas, chart, paint });
  paint();
  open(chart, canvas);
  new ResizeObserver(() => chart.resize()).observe(canvas);
  document.addEventListener("themechange", paint);
}

function open(chart: ECharts, canvas: HTMLElement): void {
  const href = (data: unknown): string | undefined => {
    const one = (data as { href?: unknown } | null)?.href;
    return typeof one === "string" && one.startsWith("/") ? one : undefined;
  };
  chart.on("click", (event) => {
    const to = href(event.data);
    if (to) location.assign(to);
  });
  chart.on("mouseover", (event) => { canvas.style.cursor = href(event.data) ? "pointer" : ""; });
}

/** Puts the scheme's colours in, and what every chart shares. */
function dress(options: { [key: string]: Json }): { [key: string]: unknown } {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const resolve = (value: Json): Json => {
    if (typeof value === "string") return value.replace(/^var\((--[\w-]+)\)$/, (_, name: string) => token(name));
    if (Array.isArray(value)) return value.map(resolve);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
    return value;
  };
  const soft = token("--ink-soft");
  const ink = token("--ink");
  const ground = token("--ground");
  const dressed = resolve(options) as { [key: string]: unknown };
  const axis = (given: unknown): unknown => {
    const one = (given ?? {}) as { [key: string]: unknown };
    const line = one["type"] === "category";
    return {
      axisLine: { show: line, lineStyle: { color: token("--hairline-strong") } },
      axisTick: { show: false },
      splitLine: { show: !line, lineStyle: { color: token("--hairline") } },
      ...one,
      axisLabel: { color: soft, fontSize: 12, hideOverlap: true, ...(one["axisLabel"] as object | undefined) },
      nameTextStyle: { color: soft, fontSize: 12, align: "left" },
    };
  };
  for (const key of ["xAxis", "yAxis"]) {
    const given = dressed[key];
    if (given) dressed[key] = Array.isArray(given) ? given.map(axis) : axis(given);
  }
  if (dressed["legend"]) {
    const legend = Array.isArray(dressed["legend"]) ? dressed["legend"][0] : dressed["legend"];
    dressed["legend"] = { ...(legend as object), textStyle: { color: ink }, icon: "roundRect", itemWidth: 12, itemHeight: 4 };
  }
  if (dressed["tooltip"]) {
    // Rich text draws the tooltip on the canvas: no style is written into the page, which its policy forbids.
    dressed["tooltip"] = { ...(dressed["tooltip"] as object), renderMode: "richText", confine: true, backgroundColor: token("--raised"),
      borderColor: token("--hairline-strong"), borderWidth: 1, textStyle: { color: ink, fontSize: 12 } };
  }
  const series = (Array.isArray(dressed["series"]) ? dressed["series"] : []) as { [key: string]: unknown }[];
  for (const one of series) {
    if (one["type"] === "treemap") dressTreemap(one, ground, ink, soft, token("--sunk"));
    if (one["type"] === "graph") one["label"] = { ...(one["label"] as object), color: ink };
  }
  return { animation: !still.matches, animationDuration: 250, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...dressed };
}

/** A treemap's folders are the page's ground; only files carry heat. */
function dressTreemap(series: { [key: string]: unknown }, ground: string, ink: string, soft: string, sunk: string): void {
  series["itemStyle"] = { ...(series["itemStyle"] as object), borderColor: ground };
  series["upperLabel"] = { ...(series["upperLabel"] as object), color: ink, fontSize: 12 };
  series["breadcrumb"] = { ...(series["breadcrumb"] as object), itemStyle: { color: sunk, borderColor: ground, textStyle: { color: soft } },
    emphasis: { itemStyle: { color: sunk, textStyle: { color: ink } } } };
  const levels = Array.isArray(series["levels"]) ? (series["levels"] as { [key: string]: unknown }[]) : [];
  series["levels"] = levels.map((level) => ({ ...level, itemStyle: { ...(level["itemStyle"] as object), borderColor: ground } }));
  series["emphasis"] = { itemStyle: { borderColor: ink }, upperLabel: { show: true, color: ink } };
}
