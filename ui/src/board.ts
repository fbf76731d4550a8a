// The board: cards are dragged or moved with keys, and it is live for all who look. A move is the card's own form, so that what a form
// says when something is wrong is said here, too.
import Sortable from "sortablejs";

export function playBoard(): void {
  const board = document.querySelector<HTMLElement>("[data-board]");
  if (!board) return;
  dress(board);
  board.addEventListener("keydown", (event) => walk(board, event));
  listen(board);
}

function dress(board: HTMLElement): void {
  for (const card of board.querySelectorAll<HTMLElement>(".card")) card.tabIndex = 0;
  for (const list of board.querySelectorAll<HTMLElement>("[data-cards]")) {
    Sortable.create(list, {
      group: "cards",
      draggable: "[data-moves]",
      filter: ".card-move",
      preventOnFilter: false,
      delay: 150,
      delayOnTouchOnly: true,
      ghostClass: "lifted",
      onEnd: (event) => {
        if (event.from !== event.to) move(event.item, event.to.closest<HTMLElement>("[data-stage]")?.dataset["stage"]);
      },
    });
  }
}

function move(card: HTMLElement, stage: string | undefined): void {
  const form = card.querySelector<HTMLFormElement>(".card-move");
  const select = form?.querySelector("select");
  if (!form || !select || !stage) return;
  select.value = stage;
  form.requestSubmit();
}

// Arrows walk over the cards; m opens the list of stages of the card in hand.
function walk(board: HTMLElement, event: KeyboardEvent): void {
  const card = (event.target as HTMLElement).closest<HTMLElement>(".card");
  if (!card || (event.target as HTMLElement).closest("select, button")) return;
  const column = card.closest<HTMLElement>(".column");
  const columns = [...board.querySelectorAll<HTMLElement>(".column")];
  const cards = (of: Element | null | undefined) => [...(of?.querySelectorAll<HTMLElement>(".card") ?? [])];
  const place = cards(column).indexOf(card);
  const beside = (step: number): HTMLElement | undefined => {
    for (let at = columns.indexOf(column!) + step; at >= 0 && at < columns.length; at += step) {
      const there = cards(columns[at]);
      if (there.length > 0) return there[Math.min(place, there.length - 1)];
    }
    return undefined;
  };
  const ways: Record<string, () => HTMLElement | undefined> = {
    ArrowDown: () => cards(column)[place + 1],
    ArrowUp: () => cards(column)[place - 1],
    ArrowRight: () => beside(1),
    ArrowLeft: () => beside(-1),
    m: () => card.querySelector<HTMLElement>(".card-move select") ?? undefined,
  };
  const next = ways[event.key]?.();
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

// What others do arrives as a number that has changed; then the board is asked for again.
function listen(board: HTMLElement): void {
  const events = new EventSource("/live/work");
  let first: string | undefined;
  events.addEventListener("work", (event) => {
    if (first === undefined) {
      first = event.data;
      return;
    }
    if (board.contains(document.activeElement) || document.querySelector(".lifted")) return;
    void fetch(location.href, { headers: { accept: "text/html" } }).then(async (response) => {
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("[data-board]");
      if (!fresh) return;
      board.replaceChildren(...fresh.childNodes);
      dress(board);
    });
  });
}
