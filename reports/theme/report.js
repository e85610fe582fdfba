// The report answers its reader: tables sort and filter, charts tell their values. It is complete without this.
(() => {
  "use strict";
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const on = (element, type, listener) => element.addEventListener(type, listener);

  const voice = make("output", { className: "voice" });
  const say = (text) => { voice.textContent = text; };

  // Tables
  const MISSING = /^(?:|[–*-]|none(?: found)?|no published figure|no interval|not recorded|not charted|not given|does not apply|suppressed)$/i;
  const TOTAL = /^(all|total|sum|england)\b|\btogether$/i; // last rows of these names stay last
  const NUMBER = new RegExp([ // but no span of years
    /^(?:(about|under|fewer than|over|more than|at least) )?([+−-]?)(£?)(\d[\d,]*(?:\.\d+)?)(?![\d,]|[-/–]\d)/,
    /(?: (thousand|million|billion)\b)?(%| (?:year|month|week|day|hour|bed|place|patient|people|person)(?=s?\b))?/,
  ].map((part) => part.source).join(""), "i");
  const SCALE = { thousand: 1e3, million: 1e6, billion: 1e9 };
  const collator = new Intl.Collator("en-GB", { numeric: true });
  const written = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

  const read = (row, cell) => {
    const text = written(cell);
    const told = { row, text: MISSING.test(text) ? null : text, number: /^none of \d/.test(text) ? 0 : null };
    const found = NUMBER.exec(text);
    if (!found) return told;
    const [, bound = "", sign, pound, digits, scale = "", unit = ""] = found;
    const edge = /^[uf]/i.test(bound) ? 1 - 1e-9 : /^[om]/i.test(bound) ? 1 + 1e-9 : 1;
    told.number = (/[−-]/.test(sign) ? -1 : 1) * digits.replace(/,/g, "") * edge * (SCALE[scale.toLowerCase()] || 1);
    return { ...told, unit: (pound + unit).replace("person", "people") };
  };

  // A column sorts by its numbers where a third of its cells, or all that tell anything, are numbers.
  const keys = (rows, column) => {
    const all = rows.map((row) => read(row, row.cells[column]));
    const full = all.filter(({ text }) => text !== null);
    const numbers = full.filter(({ number }) => number !== null);
    const key = numbers.length >= Math.min(rows.length / 3, full.length) ? "number" : "text";
    const counts = full.every(({ text }) => /^[\d,]+$/.test(text)); // among which none is nought
    all.forEach((one) => { if (counts && written(one.row.cells[column]) === "none") one.number = 0; });
    const units = new Set(numbers.filter(({ number }) => number).map(({ unit }) => unit));
    return { key, all, mixed: key === "number" && units.size > 1 };
  };

  const sorted = (rows, { key, all }, way) => {
    let end = rows.length;
    while (end > 1 && TOTAL.test(written(rows[end - 1].cells[0]))) end -= 1;
    const order = all.filter(({ row }) => rows.slice(0, end).includes(row)).sort((a, b) => {
      if (a[key] === null || b[key] === null) return (a[key] === null) - (b[key] === null);
      return (way === "ascending" ? 1 : -1) * (key === "number" ? a.number - b.number : collator.compare(a.text, b.text));
    });
    return [...order.map((one) => one.row), ...rows.slice(end)];
  };

  // Rows under a head, whose cells but the first are empty
  const empty = (cell) => !written(cell) && !cell.querySelector("img, svg");
  const grouped = (rows) => rows.reduce((groups, row) => {
    if (row.cells.length > 1 && [...row.cells].slice(1).every(empty)) groups.push({ heads: [row], rows: [] });
    else groups[groups.length - 1].rows.push(row);
    return groups;
  }, [{ heads: [], rows: [] }]);

  const sortable = (table, groups, all, name) => {
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      const label = written(header);
      const values = keys(all, column);
      if (!label || values.mixed) return; // years and shares have no order
      header.append(make("button", { type: "button", className: "sort" }, ...header.childNodes));
      on(header.firstChild, "click", () => {
        const next = { ascending: "descending", descending: "" }[header.getAttribute("aria-sort")] ?? "ascending";
        headers.forEach((other) => other.removeAttribute("aria-sort"));
        if (next) header.setAttribute("aria-sort", next);
        table.tBodies[0].append(...groups.flatMap(({ heads, rows }) => [...heads, ...(next ? sorted(rows, values, next) : rows)]));
        say(next ? `${name} sorted by ${label}, ${next}` : `${name} in the order of the report`);
      });
    });
  };

  const filtered = (table, groups, all, name) => {
    const id = name.replace(/\W+/g, "-");
    const box = make("input", { id, type: "search", autocomplete: "off", spellcheck: false });
    const count = make("span", {}, `${all.length} rows`);
    const field = make("div", { className: "filter" }, make("label", { htmlFor: id }, `Filter ${name}`), box, count);
    if (table.caption) {
      table.caption.append(make("span", { id: `${id}-title` }, ...table.caption.childNodes), field);
      table.setAttribute("aria-labelledby", `${id}-title`);
    } else table.parentElement.before(field);
    on(box, "input", () => {
      const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      groups.forEach(({ heads, rows }) => {
        rows.forEach((row) => {
          const text = [...heads, row].map(written).join(" ").toLowerCase();
          row.hidden = !wanted.every((word) => text.includes(word));
        });
        heads.forEach((head) => { head.hidden = rows.every((row) => row.hidden); });
      });
      const shown = wanted.length ? `${all.filter((row) => !row.hidden).length} of ` : "";
      say(count.textContent = `${shown}${all.length} rows`);
    });
  };

  document.querySelectorAll("main .scroll > table").forEach((table) => {
    const groups = grouped(table.tBodies.length === 1 && table.tHead ? [...table.tBodies[0].rows] : []);
    const all = groups.flatMap((group) => group.rows);
    const name = table.parentElement.getAttribute("aria-label");
    if (all.length > 1) sortable(table, groups, all, name);
    if (all.length > 8) filtered(table, groups, all, name);
  });

  // Charts
  const HINT = "Up and down arrow keys read the values, Escape stops";
  const hint = make("p", { id: "chart-hint", hidden: true }, HINT);
  const GAP = 16;
  let close = () => {};

  const REACH = 24; // pixels between the pointer and the mark that it may mean

  const chart = (id, points, [way, down = 0, aside = 0] = []) => { // how marks stand; gaps in percent
    const image = document.getElementById(id)?.querySelector("img");
    const region = image?.closest(".scroll");
    if (!region) return;
    const [ring, tip] = ["ring", "tip"].map((className) => make("span", { className }));
    const layer = make("div", { className: "values", hidden: true }, ring, tip);
    layer.setAttribute("aria-hidden", "true");
    region.append(layer);
    region.setAttribute("aria-describedby", hint.id);
    let at = -1;
    let off = false;

    const hide = () => { layer.hidden = true; };
    const open = (text) => {
      if (close !== hide) close();
      close = hide;
      layer.hidden = false;
      tip.textContent = text;
      for (const side of ["Left", "Top", "Width", "Height"]) layer.style[side.toLowerCase()] = `${image[`offset${side}`]}px`;
    };
    const inView = () => {
      const from = Math.max(0, region.scrollLeft - image.offsetLeft);
      return [from, Math.min(image.offsetWidth, from + region.clientWidth)];
    };
    const put = (left, top) => {
      const [from, to] = inView();
      const x = Math.max(from, Math.min(left, to - tip.offsetWidth));
      const y = Math.max(0, Math.min(top, image.offsetHeight - tip.offsetHeight));
      tip.style.transform = `translate(${x}px, ${y}px)`;
    };
    const show = (n, scroll, words) => {
      at = n;
      const [left, top, text] = points[n];
      open(words || text);
      ring.hidden = false;
      Object.assign(ring.style, { left: `${left}%`, top: `${top}%` });
      if (scroll) ring.scrollIntoView({ block: "nearest", inline: "nearest" });
      const [x, y] = [image.offsetWidth * left / 100, image.offsetHeight * top / 100];
      const [w, h, [from, to]] = [tip.offsetWidth + GAP, tip.offsetHeight + GAP, inView()];
      if (way === "rows" && x + w <= to) put(x + GAP, y - h / 2); // beside bars, so that the next is in reach
      else if (way === "rows" && x - w >= from) put(x - w, y - h / 2);
      else put(x - w / 2, y < h ? y + GAP : y - h);
    };
    const tell = () => say(`${tip.textContent}, ${at + 1} of ${points.length}`);
    const point = (event) => {
      if (event.target === tip) return; // a pointer may rest on the words
      const { left, top, width, height } = image.getBoundingClientRect();
      const places = points.map(([x, y]) => [width * x / 100, height * y / 100]);
      const far = places.map(([x, y]) => {
        const [across, along] = [Math.abs(event.clientX - left - x), Math.abs(event.clientY - top - y)];
        return { rows: [along, across], columns: [across, along] }[way] || Array(2).fill(Math.hypot(across, along));
      });
      const half = (gap, size) => Math.max(REACH, gap * size / 200);
      const near = Math.min(...far.map((one) => one[0]));
      const slack = way === "columns" ? REACH / 3 : 2;
      const line = far.map((one) => (one[0] <= near + slack ? one[1] : 1e9));
      const n = line.indexOf(Math.min(...line));
      if (near > half(down, height) || (aside && line[n] > half(aside, width))) { hide(); return; }
      const here = points.filter((_, m) => places[n].every((place, axis) => Math.abs(place - places[m][axis]) <= 2));
      show(n, false, [...new Set(here.map((one) => one[2]))].join("; "));
    };

    const mouse = (act) => (event) => { if (event.pointerType !== "touch") act(event); };
    on(region, "pointermove", mouse(point));
    on(region, "pointerleave", mouse(hide));
    on(region, "click", (event) => { point(event); if (!layer.hidden) tell(); }); // a tap, too
    on(region, "focus", () => {
      if (!region.matches(":focus-visible")) return;
      open(HINT);
      ring.hidden = true;
      put(0, image.offsetHeight);
    });
    on(region, "blur", () => { hide(); at = -1; off = false; });
    on(region, "keydown", (event) => {
      if (event.key === "Escape") off = true;
      if (off || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const aside = region.scrollWidth > region.clientWidth ? 0 : 1; // left and right scroll a wide chart
      const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: aside, ArrowLeft: -aside }[event.key];
      const next = { Home: 0, End: points.length - 1 }[event.key] ?? (step ? at + step : -1);
      if (!points[next]) return;
      event.preventDefault();
      show(next, true);
      tell();
    });
  };

  const data = JSON.parse(document.getElementById("needs-data").textContent);
  document.querySelector("main").append(voice, hint);
  Object.entries(data.points).forEach(([id, points]) => chart(id, points, data.ways[id]));
  on(document, "keydown", (event) => { if (event.key === "Escape") close(); });
  on(document, "pointerdown", (event) => { if (!event.target.closest(".scroll")) close(); });
  on(window, "resize", () => close());

  // Contents: the section whose start has passed the upper third of the window
  const links = [...document.querySelectorAll("#TOC > ul > li > a")].filter((link) => link.hash);
  const starts = links.map((link) => document.getElementById(link.hash.slice(1)));
  const watch = new IntersectionObserver(() => {
    const passed = starts.filter((start) => start.getBoundingClientRect().top <= window.innerHeight * 0.3).length;
    links.forEach((link, n) => { link.ariaCurrent = n === passed - 1 ? "location" : null; });
  }, { rootMargin: "9999999px 0px -70% 0px" });
  starts.forEach((start) => watch.observe(start));
})();
