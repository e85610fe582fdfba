// Sizes that a reader tries: beds closed, places opened, how full places are. Every combination was simulated before;
// its words and numbers come from the data of tbl-explorer, and nothing between combinations is worked out here.
(() => {
  "use strict";
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const drawn = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  };

  // Data
  const cells = (line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) =>
    cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell);
  const read = (csv) => {
    const [head, ...lines] = csv.trim().split("\n").map(cells);
    return lines.map((line) => Object.fromEntries(head.map((name, n) => [name, line[n]])));
  };
  const data = document.getElementById("needs-data");
  const csv = data && JSON.parse(data.textContent).tables?.["tbl-explorer"];
  const table = document.getElementById("tbl-explorer");
  const rows = csv && table ? read(csv) : [];
  if (!rows.length || !("blocked_against_today" in rows[0])) return;

  // Choices: values of the grid, in order
  const full = (row) => `${row.occupancy} ${row.held}`;
  const values = (of) => [...new Map(rows.map((row) => [of(row), row])).entries()];
  const byNumber = (name) => values((row) => row[name]).sort(([a], [b]) => a - b);
  const counted = (number, one) => (+number ? `${(+number).toLocaleString("en-GB")} ${one}${+number === 1 ? "" : "s"}` : "none");
  const CHOICES = [
    {
      name: `${rows[0].tier} beds closed`, of: (row) => row.beds_closed, found: byNumber("beds_closed"),
      say: ([closed]) => counted(closed, "bed"), tick: ([closed]) => closed,
    },
    {
      name: "Step-down places opened", of: (row) => row.places_opened, found: byNumber("places_opened"),
      say: ([opened]) => counted(opened, "place"), tick: ([opened]) => opened,
    },
    {
      name: "Step-down places in use today", of: full,
      found: values(full).sort(([, a], [, b]) => a.occupancy - b.occupancy || (a.held > b.held ? 1 : -1)),
      say: ([, row]) => row.occupancy_told, tick: ([, row]) => row.occupancy_told.split(/[ ,]/)[0],
    },
  ];
  const start = rows.find((row) => +row.beds_closed === 0 && +row.places_opened === 0 && row.held === "False") || rows[0];
  const MEASURES = [
    ["blocked", "Gap: secure beds blocked", "people are ready to move on, and the next tier is full"],
    ["spend", "Cost a year", "of secure beds, step-down places and community care"],
    ["waiting", "Wait: people outside", "accepted, and waiting for a secure bed at one time"],
    ["in_time", "Wait: prisoners in time", "admitted within 28 days of referral"],
  ];

  // What is shown
  const WIDTH = 240;
  const bar = (name) => {
    const known = (end) => rows.map((row) => +row[`${name}_difference${end}`]).filter(Number.isFinite);
    const low = Math.min(0, ...known("_lower"));
    const high = Math.max(0, ...known("_upper"));
    const at = (value) => 6 + ((WIDTH - 12) * (value - low)) / (high - low || 1);
    const zero = at(0);
    const line = drawn("line", { class: "reach", y1: 24, y2: 24 });
    const dot = drawn("circle", { class: "mean", cy: 24, r: 5 });
    const anchor = zero < 30 ? "start" : zero > WIDTH - 30 ? "end" : "middle";
    const word = drawn("text", { x: anchor === "middle" ? zero : anchor === "start" ? 0 : WIDTH, y: 11, "text-anchor": anchor }, "today");
    const picture = drawn("svg", { viewBox: `0 0 ${WIDTH} 36`, "aria-hidden": "true", focusable: "false" }, word,
      drawn("line", { class: "axis", x1: 6, x2: WIDTH - 6, y1: 24, y2: 24 }),
      drawn("line", { class: "today", x1: zero, x2: zero, y1: 15, y2: 33 }), line, dot);
    const show = (row) => {
      const [mean, lower, upper] = ["", "_lower", "_upper"].map((end) => +row[`${name}_difference${end}`] || 0);
      line.setAttribute("x1", at(lower));
      line.setAttribute("x2", at(upper));
      dot.setAttribute("cx", at(mean));
    };
    return { picture, show };
  };
  const capital = (text) => text[0].toUpperCase() + text.slice(1);

  const sliders = CHOICES.map((choice, n) => {
    const id = `explorer-${n + 1}`;
    const told = make("output", { htmlFor: id, className: "chosen" });
    told.setAttribute("aria-live", "off"); // the slider says it itself
    const last = choice.found.length - 1;
    if (!last) return { choice, row: () => choice.found[0], field: make("p", { className: "fixed" }, `${choice.name}: `, make("b", {}, choice.say(choice.found[0]))), show() {}, back() {} };
    const list = make("datalist", { id: `${id}-steps` }, ...choice.found.map((one, value) => make("option", { value, label: choice.tick(one) })));
    const slider = make("input", { type: "range", id, min: 0, max: last, step: 1 });
    slider.setAttribute("list", list.id);
    const ticks = make("div", { className: "ticks" }, ...choice.found.map((one) => make("span", {}, make("span", {}, choice.tick(one)))));
    ticks.setAttribute("aria-hidden", "true");
    const row = () => choice.found[+slider.value];
    const show = () => {
      told.textContent = choice.say(row());
      slider.setAttribute("aria-valuetext", told.textContent);
    };
    const back = () => { slider.value = choice.found.findIndex(([key]) => key === choice.of(start)); };
    const label = make("label", { htmlFor: id }, choice.name);
    return { choice, row, slider, show, back, field: make("div", { className: `slider${n > 1 ? " long" : ""}` }, label, told, slider, list, ticks) };
  });

  const cards = MEASURES.map(([name, title, meaning]) => {
    const { picture, show } = bar(name);
    const out = (className) => {
      const element = make("output", { className });
      element.setAttribute("for", sliders.filter((one) => one.slider).map((one) => one.slider.id).join(" "));
      element.setAttribute("aria-live", "off"); // one voice says all of it
      element.dataset.measure = name;
      return element;
    };
    const [expected, interval, against] = ["expected", "interval", "against"].map(out);
    const card = make("div", { className: "card" },
      make("p", { className: "name" }, make("b", {}, title), ` ${meaning}`),
      make("p", {}, "Expected ", expected), make("p", { className: "ends" }, "95% interval ", interval),
      make("p", {}, "Against today ", against), picture);
    return {
      card, title,
      show(row) {
        expected.textContent = row[`${name}_expected`];
        interval.textContent = row[`${name}_interval`];
        const [size, ...ends] = row[`${name}_against_today`].split(/(?= \()/);
        against.replaceChildren(make("b", {}, size), ...ends);
        show(row);
        return `${title.replace(/^\w+: /, "")}: expected ${expected.textContent}, 95% interval ${interval.textContent}; against today ${against.textContent}`;
      },
    };
  });

  const voice = make("p", { className: "voice", role: "status" });
  voice.setAttribute("aria-live", "polite");
  let later = 0;
  const show = (quiet) => {
    sliders.forEach((one) => one.show());
    const row = rows.find((one) => sliders.every(({ choice, row: of }) => choice.of(one) === of()[0]));
    const said = cards.map((card) => card.show(row));
    clearTimeout(later);
    if (!quiet) later = setTimeout(() => { voice.textContent = `${said.map(capital).join(". ")}.`; }, 400); // once a hand rests
  };
  const again = make("button", { type: "button", className: "again" }, "Back to today");
  again.addEventListener("click", () => { sliders.forEach((one) => one.back()); show(); });

  const heading = make("h4", { id: "explorer-title" }, "Move the sizes");
  const about = make("p", {}, "Each stop was simulated beforehand; there is nothing between stops. Brackets and bars give the 95% interval of the difference from today, a dot its mean: further left is fewer, less or a smaller share.");
  const fields = make("div", { className: "fields" }, ...sliders.map((one) => one.field), again);
  const panel = make("section", { className: "explorer", id: "explorer" }, heading, about, fields, make("div", { className: "cards" }, ...cards.map((one) => one.card)), voice);
  panel.setAttribute("aria-labelledby", heading.id);
  fields.addEventListener("input", () => show());
  sliders.forEach((one) => one.back());
  show(true);

  const wrapper = table.closest(".scroll, .quarto-float") || table;
  const source = wrapper.nextElementSibling;
  (source?.matches(".source") ? source : wrapper).after(panel);
})();
