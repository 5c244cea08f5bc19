"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const DAY = 86400000;
  const first = Date.parse(data.first);
  const days = Math.round((Date.parse(data.last) - first) / DAY);
  const byId = (id) => document.getElementById(id);
  const slider = byId("day");
  const rows = [...document.querySelectorAll("tr[data-id]")];
  const chosen = new Map();
  const SVG = "http://www.w3.org/2000/svg";

  const iso = (number) => new Date(first + number * DAY).toISOString().slice(0, 10);
  const moves = (id) => {
    for (const number of chosen.values()) {
      const other = data.other[number].lanes[id];
      if (other) return other;
    }
    return data.lanes[id];
  };
  const stageOn = (id, day) => {
    let stage = "none";
    for (const [start, then] of moves(id)) if (start <= day) stage = then;
    return stage;
  };
  const x = (day) => Math.floor(Math.min(Math.max((Date.parse(day) - first) / DAY, 0), days) * data.width / Math.max(days, 1));

  const redraw = (row) => {
    const picture = row.querySelector("svg");
    const own = moves(row.dataset.id);
    picture.querySelectorAll("[class^=s-]").forEach((one) => one.remove());
    const before = picture.querySelector("rect, line");
    own.forEach(([start, stage], number) => {
      const end = number + 1 < own.length ? x(own[number + 1][0]) : data.width;
      const width = Math.max(end - x(start), 3);
      const bar = document.createElementNS(SVG, "rect");
      bar.setAttribute("class", "s-" + stage);
      bar.setAttribute("x", x(start) / 10 + "%");
      bar.setAttribute("width", width / 10 + "%");
      picture.insertBefore(bar, before);
    });
    picture.setAttribute("aria-label", own.map(([start, stage]) => data.words[stage][1] + " from " + start).join("; "));
  };

  const show = () => {
    const day = iso(Number(slider.value));
    byId("date").textContent = day;
    slider.setAttribute("aria-valuetext", day);
    for (const row of rows) {
      const stage = stageOn(row.dataset.id, day);
      const [sign, word] = data.words[stage];
      const cell = row.querySelector(".stage");
      cell.firstElementChild.textContent = sign;
      cell.lastChild.textContent = " " + (stage === "none" ? "not yet" : word);
      row.dataset.now = stage;
      for (const end of ["x1", "x2"]) row.querySelector(".cursor").setAttribute(end, x(day) / 10 + "%");
    }
    filter();
  };

  const filter = () => {
    const wanted = byId("search").value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const group = row.parentNode;
      const has = { party: group.dataset.party, ...row.dataset };
      const fits = ["party", "kind", "verdict"].every((name) => !byId(name).value || has[name] === byId(name).value);
      const stage = byId("stage").value;
      row.hidden = !(fits && (!stage || row.dataset.now === stage) && (group.firstElementChild.textContent + row.textContent).toLowerCase().includes(wanted));
      if (!row.hidden) shown += 1;
    }
    for (const body of document.querySelectorAll("tbody[data-party]"))
      body.hidden = !body.querySelector("tr[data-id]:not([hidden])");
    byId("count").textContent = shown + " of " + rows.length + " positions";
  };

  const changes = () => {
    const found = new Set();
    for (const row of rows) for (const [start] of moves(row.dataset.id)) found.add(Math.round((Date.parse(start) - first) / DAY));
    return [...found].sort((a, b) => a - b);
  };
  const step = (forward) => {
    const now = Number(slider.value);
    const all = changes();
    const next = forward ? all.find((one) => one > now) : all.reverse().find((one) => one < now);
    slider.value = next ?? (forward ? days : 0);
    show();
  };

  for (const row of rows) {
    const line = document.createElementNS(SVG, "line");
    line.setAttribute("class", "cursor");
    line.setAttribute("y2", "16");
    row.querySelector("svg").append(line);
  }
  slider.max = days;
  slider.value = days;
  slider.addEventListener("input", show);
  byId("earlier").addEventListener("click", () => step(false));
  byId("later").addEventListener("click", () => step(true));
  for (const name of ["search", "party", "kind", "stage", "verdict"]) byId(name).addEventListener("input", filter);
  for (const one of document.querySelectorAll("input[type=radio]"))
    one.addEventListener("change", () => {
      chosen.clear();
      if (one.dataset.number !== undefined) chosen.set(one.name, Number(one.dataset.number));
      for (const other of document.querySelectorAll("input[type=radio]"))
        if (other.name !== one.name) other.checked = other.dataset.number === undefined;
      rows.forEach(redraw);
      show();
    });
  const open = () => {
    const on = /^#on=(\d{4}-\d\d-\d\d)(?:&read=(\d+))?$/.exec(location.hash);
    if (on) {
      if (on[2]) document.querySelector(`input[data-number="${on[2]}"]`)?.click();
      slider.value = Math.round((Date.parse(on[1]) - first) / DAY);
      show();
      return;
    }
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("controls").hidden = byId("slide").hidden = false;
  show();
  open();
})();
