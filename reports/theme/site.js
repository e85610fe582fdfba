"use strict";
// What a site adds to its pages where scripts run: any two regions beside each other, and a search over all pages.
(() => {
  const held = document.getElementById("needs-data");
  const site = held ? JSON.parse(held.textContent).site : null;
  if (!site) return;

  const make = (tag, text, properties) => {
    const element = Object.assign(document.createElement(tag), properties || {});
    if (text) element.textContent = text;
    return element;
  };

  // --- Two regions: the words of the full table, with the difference and whether intervals overlap -------------------
  const compare = (pairs) => {
    const anchor = document.getElementById("tbl-side-by-side");
    const full = anchor && (anchor.matches("table") ? anchor : anchor.querySelector("table"));
    if (!full || pairs.names.length < 2) return;
    const rows = Array.from(full.tBodies[0].rows, (row) => Array.from(row.cells, (cell) => cell.textContent.trim()));
    const box = make("section", "", { className: "compare" });
    box.setAttribute("aria-label", "Compare two regions");
    const fields = make("fieldset");
    fields.append(make("legend", "Compare two regions"));
    const choices = [0, 1].map((which) => {
      const select = make("select", "", { id: `compare-${which + 1}` });
      pairs.names.forEach((name, at) => select.append(make("option", name, { value: String(at) })));
      select.value = String(which);
      const field = make("div");
      field.append(make("label", which ? "With" : "Region", { htmlFor: select.id }), select);
      fields.append(field);
      return select;
    });
    const status = make("p");
    status.setAttribute("role", "status");
    const scroll = make("div", "", { className: "scroll", tabIndex: 0 });
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Comparison of two regions");
    const table = make("table");
    scroll.append(table);
    box.append(fields, status, scroll);

    const difference = (row, one, two) => {
      if (one === two) return ["", ""];
      const [low, high] = one < two ? [one, two] : [two, one];
      const [, , gap, apart] = row.pairs.find(([a, b]) => a === low && b === high);
      if (!gap) return ["none at this precision", apart];
      return [(row.order[one] > row.order[two] ? "+" : "\u2212") + gap, apart];
    };

    const show = () => {
      const [one, two] = choices.map((select) => Number(select.value));
      const head = make("tr");
      const columns = ["Indicator", pairs.names[one], pairs.names[two], "Difference, first less second", "Intervals"];
      columns.forEach((name) => head.append(make("th", name, { scope: "col" })));
      const body = make("tbody");
      let clear = 0;
      pairs.rows.forEach((row, at) => {
        const line = make("tr");
        const [gap, apart] = difference(row, one, two);
        clear += apart === "intervals do not overlap" ? 1 : 0;
        line.append(make("th", rows[at][0], { scope: "row" }));
        const said = apart.replace("intervals ", "");
        [rows[at][one + 1], rows[at][two + 1], gap, said].forEach((text) => line.append(make("td", text)));
        body.append(line);
      });
      const top = make("thead");
      top.append(head);
      table.replaceChildren(make("caption", `${pairs.names[one]} and ${pairs.names[two]}`), top, body);
      status.textContent = one === two
        ? "Choose two different regions."
        : `${clear} of ${pairs.rows.length} indicators have intervals that do not overlap.`;
    };
    choices.forEach((select) => select.addEventListener("change", show));
    show();
    (full.closest(".scroll") || full).before(box);
  };

  // --- Search: every word has to occur; findings before headings, then reading order ----------------------------------
  const find = (index) => {
    const main = document.getElementById("main");
    const list = Array.from(main.children);
    const box = make("div", "", { className: "find" });
    box.setAttribute("role", "search");
    const field = make("input", "", { id: "find", type: "search", autocomplete: "off", spellcheck: false });
    const status = make("p");
    status.setAttribute("role", "status");
    const results = make("ol");
    box.append(make("label", "Search all pages", { htmlFor: "find" }), field, status, results);
    main.prepend(box);
    const entries = index.entries.map(([page, mark, text, measure, finding], at) => {
      const [href, title] = index.pages[page];
      return { href: `${href}#${mark}`, title, text, measure, finding, at, all: `${text} ${measure} ${title}`.toLowerCase() };
    });
    const most = 50;
    const show = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = words.length ? entries.filter((entry) => words.every((word) => entry.all.includes(word))) : [];
      const inText = (entry) => words.every((word) => entry.text.toLowerCase().includes(word));
      found.sort((a, b) => inText(b) - inText(a) || b.finding - a.finding || a.at - b.at);
      results.replaceChildren(...found.slice(0, most).map((entry) => {
        const item = make("li");
        item.append(make("a", entry.text, { href: entry.href }), make("span", entry.title));
        if (entry.measure) item.append(make("span", entry.measure));
        return item;
      }));
      list.forEach((element) => { element.hidden = words.length > 0; });
      const shown = found.length > most ? `; the first ${most} are shown` : "";
      status.textContent = !words.length ? "" : found.length ? `${found.length} found${shown}` : "Nothing found";
    };
    field.addEventListener("input", show);
    field.value = new URLSearchParams(location.search).get("q") || "";
    show();
  };

  if (site.pairs) compare(site.pairs);
  if (site.search) find(site.search);
})();
