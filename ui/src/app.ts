// What script adds to pages that already work without it. Each island looks for its marks and does nothing when there are none.
import { watchProgress } from "./progress";
import { turnTables } from "./tables";
import { listenToKeys } from "./keys";
import { offerPalette } from "./palette";
import { switchTheme } from "./theme";
import { endUndo } from "./undo";
import { offerCopies, readFiles } from "./files";

document.documentElement.dataset["script"] = "";
switchTheme();
offerPalette();
listenToKeys();
turnTables();
watchProgress();
endUndo();
readFiles();
offerCopies();

if (document.querySelector("[data-board]")) void import("./board").then((board) => board.playBoard());
if (document.querySelector("[data-room]")) void import("./room").then((room) => room.playRoom());
if (document.querySelector("[data-chart]")) void import("./charts").then((charts) => charts.drawAll());
