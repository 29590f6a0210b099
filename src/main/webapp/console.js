// The console: a client of the REST API, nothing more. Whatever comes from the server enters the page as text.

const TOKEN = "holdfast.token";
const STATES = ["CREATED", "QUEUED", "WAITING", "BATCHED", "PREPARING", "LAUNCHING", "RUNNING", "COMPLETED", "FAILED",
  "TIMED_OUT", "CANCELLED", "LOST"];
const TERMINAL = new Set(["COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED", "LOST"]);
const LOOKS = { COMPLETED: "good", FAILED: "bad", TIMED_OUT: "bad", LOST: "bad", RUNNING: "busy", LAUNCHING: "busy",
  PREPARING: "busy", READY: "good", CLONING: "busy", FETCHING: "busy", PREPARED: "busy", DISSOLVED: "good", UNAVAILABLE: "bad", success: "good", partial_success: "warn",
  failed: "bad", degraded: "warn" };
const REFRESH = 2000; // ms
const SHOWN = 2_000_000; // characters of output kept in the page
const TAIL = 500_000; // bytes of output to begin with, if there is more

const main = document.getElementById("main");
const notice = document.getElementById("notice");
const signOut = document.getElementById("sign-out");

let view = new AbortController(); // aborted when another view is shown

// --- The page -------------------------------------------------------------------------------------------------

/** An element; children that are no nodes become text, null is left out. */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const link = (href, text) => el("a", { href }, text);
const state = (name) => el("span", { class: `state ${LOOKS[name] ?? "idle"}` }, name);
const say = (text) => { if (notice.textContent !== text) notice.textContent = text; notice.hidden = !text; };

function table(caption, heads, rows, nothing) {
  if (rows.length === 0) return el("p", { class: "panel empty" }, nothing);
  return el("div", { class: "scroll" }, el("table", { "aria-label": caption },
    el("thead", {}, el("tr", {}, heads.map(([text, look]) => el("th", { scope: "col", class: look ?? null }, text)))),
    el("tbody", {}, rows)));
}

function facts(pairs) {
  return el("dl", {}, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Replaces what a place shows and keeps the focus where it was, found again by its id or address. */
function show(place, ...content) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const id = focused?.id || null;
  const href = focused?.getAttribute("href") ?? null;
  place.replaceChildren(...content.flat(Infinity).filter((child) => child !== null));
  if (focused && focused !== place) {
    const again = id ? document.getElementById(id)
      : href ? [...place.querySelectorAll("a")].find((a) => a.getAttribute("href") === href) : null;
    again?.focus({ preventScroll: true });
  }
}

function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

const age = (iso) => span(Date.now() - Date.parse(iso));
const time = (iso) => iso && el("time", { datetime: iso, title: iso }, new Date(iso).toLocaleString());
const count = (n) => n.toLocaleString("en-GB");
const position = (job) => job.queue_position !== null ? count(job.queue_position)
  : job.waiting_for ? `${count(job.waiting_for.position)} in line` : "";
const reason = (waiting) => `${waiting.repository}: ${waiting.why ?? "it is called in this moment"}`;
const shown = (job) => job.title || job.command.join(" ");

// --- The API --------------------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem?.detail || problem?.title || `The server answered ${status}.`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

async function call(path, { method = "GET", headers = {}, signal = view.signal } = {}) {
  const response = await fetch(`api/${path}`, {
    method, signal, cache: "no-store", credentials: "omit",
    headers: { Authorization: `Bearer ${sessionStorage.getItem(TOKEN)}`, ...headers },
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => null);
    throw new Refused(response.status, problem, Number(response.headers.get("Retry-After")) || 2);
  }
  return response;
}

const get = async (path, options) => (await call(path, options)).json();

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

/** Tells what went wrong; true if it is worth another try. */
function explain(error) {
  if (error.name === "AbortError") return false;
  if (error instanceof Refused && error.status === 401) {
    sessionStorage.removeItem(TOKEN);
    signIn("The server does not accept this token.");
    return false;
  }
  if (error instanceof Refused && error.status === 503) say(`The server takes no work yet: ${error.message}. Trying again.`);
  else if (error instanceof Refused) { say(error.message); return error.status >= 500; }
  else say("The server does not answer. Trying again; running jobs go on without it.");
  return true;
}

/** Runs a step again and again for as long as its view is shown; not while the page is hidden. */
async function repeat(step, signal) {
  while (!signal.aborted) {
    if (!document.hidden) {
      try {
        if ((await step()) === false) return;
        if (!signal.aborted) say("");
      } catch (error) {
        if (signal.aborted || !explain(error)) return;
      }
    }
    await pause(REFRESH, signal);
  }
}

// --- Signing in -----------------------------------------------------------------------------------------------

function signIn(why = "") {
  view.abort();
  view = new AbortController();
  signOut.hidden = true;
  say(why);
  const input = el("input", { type: "password", autocomplete: "off", required: true, spellcheck: "false", id: "token" });
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    sessionStorage.setItem(TOKEN, input.value.trim());
    say("");
    route();
  } },
  el("label", {}, "API token", input),
  el("p", { class: "quiet" }, "The first one is in the file ", el("code", {}, "admin-token"),
    " in the server's home directory. It is kept in this tab only."),
  el("button", { class: "primary" }, "Go on"));
  show(main, el("div", { class: "panel sign-in" }, el("h1", {}, "Holdfast"), form));
  input.focus();
}

// --- Jobs -----------------------------------------------------------------------------------------------------

function jobsView(signal) {
  const list = el("div", {}, el("p", { class: "panel empty" }, "Loading ..."));
  let cursors = [null]; // the pages on the way here; the last is shown
  const chosenState = el("select", { id: "state" }, el("option", { value: "" }, "any"),
    STATES.map((name) => el("option", { value: name }, name)));
  const repository = el("input", { id: "repository", size: 16, placeholder: "any", spellcheck: "false" });
  const newer = el("button", { type: "button", onclick: () => { cursors.pop(); refresh(); } }, "Newer");
  const older = el("button", { type: "button", onclick: () => { cursors.push(older.dataset.cursor); refresh(); } }, "Older");
  const filtered = () => { cursors = [null]; refresh(); };
  chosenState.addEventListener("change", filtered);
  repository.addEventListener("change", filtered);

  let asked = 0;
  async function refresh() {
    const mine = ++asked; // an answer that was overtaken is not shown
    const query = new URLSearchParams({ limit: "50" });
    const cursor = cursors[cursors.length - 1];
    if (cursor) query.set("cursor", cursor);
    if (chosenState.value) query.set("state", chosenState.value);
    if (repository.value.trim()) query.set("repository", repository.value.trim());
    try {
      const page = await get(`jobs?${query}`, { signal });
      if (mine !== asked || signal.aborted) return true;
      older.dataset.cursor = page.next_cursor ?? "";
      older.disabled = !page.next_cursor;
      newer.disabled = cursors.length === 1;
      show(list, table("Jobs, the newest first",
        [["State"], ["Job"], ["Repository"], ["Position", "number"], ["Age", "number"]],
        page.jobs.map((job) => el("tr", {},
          el("td", {}, state(job.state)),
          el("th", { scope: "row" }, link(`#/jobs/${job.id}`, shown(job))),
          el("td", {}, job.repositories.join(", ") || el("span", { class: "quiet" }, "none")),
          el("td", { class: "number", title: job.waiting_for ? reason(job.waiting_for) : null }, position(job)),
          el("td", { class: "number" }, age(job.created_at)))),
        "No jobs."));
      return true;
    } catch (error) {
      if (mine === asked) throw error;
      return true;
    }
  }
  newer.disabled = older.disabled = true;
  show(main, el("h1", {}, "Jobs"),
    el("div", { class: "bar" }, el("label", {}, "State", chosenState), el("label", {}, "Repository", repository), newer, older),
    list);
  repeat(refresh, signal);
}

function jobView(id, signal) {
  const path = `jobs/${encodeURIComponent(id)}`;
  const heading = el("h1", {}, "Job");
  const summary = el("div", { class: "panel" }, "Loading ...");
  const actions = el("div", { class: "bar" });
  const output = el("pre", { class: "output", tabindex: "0", "aria-label": "Output" });
  const following = el("p", { class: "follow", role: "status" });
  const stick = el("input", { type: "checkbox", id: "stick", checked: true });
  const events = el("div", {});

  async function act(button, action, question) {
    if (question && !window.confirm(question)) return;
    button.disabled = true;
    try {
      await call(`${path}/${action}`, { method: "POST", signal });
      say("");
      await refresh();
    } catch (error) {
      explain(error);
    } finally {
      button.disabled = false;
    }
  }
  const button = (text, action, look, question) => {
    const made = el("button", { type: "button", id: action, class: look, onclick: () => act(made, action, question) }, text);
    return made;
  };
  const start = button("Start", "start", "primary");
  const resume = button("Resume", "resume", null);
  const cancel = button("Cancel", "cancel", "danger", "Cancel this job?");
  const download = el("button", { type: "button", onclick: () => save(path, id, signal) }, "Save the output");
  actions.append(start, resume, cancel, download,
    el("label", { class: "check", for: "stick" }, stick, "Keep to the end"));

  async function refresh() {
    const job = await get(path, { signal });
    heading.textContent = shown(job);
    document.title = `${job.state} - ${shown(job).slice(0, 60)} - Holdfast`;
    start.hidden = job.state !== "CREATED";
    resume.hidden = job.state !== "FAILED" && job.state !== "LOST";
    cancel.hidden = TERMINAL.has(job.state);
    const ran = job.started_at && (job.ended_at ? Date.parse(job.ended_at) : Date.now()) - Date.parse(job.started_at);
    show(summary, facts([
      ["State", state(job.state)],
      ["Reason", job.reason],
      ["Exit code", job.exit_code === null ? null : String(job.exit_code)],
      ["Position in the queue", job.queue_position === null ? null : count(job.queue_position)],
      ["Waits for", job.waiting_for && [
        link(`#/locks/${encodeURIComponent(job.waiting_for.repository)}`, job.waiting_for.repository),
        `, position ${count(job.waiting_for.position)}, for ${age(job.waiting_for.since)}`]],
      ["Because", job.waiting_for && [job.waiting_for.why ?? "it is called in this moment", " ",
        job.waiting_for.blocked_by && link(`#/jobs/${job.waiting_for.blocked_by}`, "Show that job")]],
      ["Batch", job.batch_id && el("code", {}, job.batch_id)],
      ["Command", el("code", {}, job.command.join(" "))],
      ["Repository", job.repositories.join(", ")],
      ["Branch", job.branch],
      ["Attempt", job.attempt ? String(job.attempt) : null],
      ["Created", time(job.created_at)],
      ["Started", time(job.started_at)],
      ["Ended", time(job.ended_at)],
      ["Ran for", ran && span(ran)],
      ["Deadline", TERMINAL.has(job.state) ? null : time(job.deadline)],
      ["Output", `${count(job.output_bytes)} bytes`],
      ["Owner", job.owner],
      ["Id", el("code", {}, job.id)],
    ]));
    const found = await get(`${path}/events`, { signal });
    show(events, table("Events", [["When"], ["Attempt", "number"], ["What"], ["Detail"]],
      found.events.map((event) => el("tr", {},
        el("td", { class: "nowrap" }, time(event.at)),
        el("td", { class: "number" }, String(event.attempt)),
        el("td", { class: "nowrap" }, event.from === event.to ? "remark" : state(event.to)),
        el("td", {}, event.detail ?? ""))), "Nothing yet."));
    return job;
  }

  show(main, el("p", {}, link("#/jobs", "All jobs")), heading, summary, el("h2", {}, "Output"), actions, output, following,
    el("h2", {}, "Events"), events);
  repeat(refresh, signal);
  follow(path, new Screen(output, stick), following, signal);
}

async function save(path, id, signal) {
  try {
    const blob = await (await call(`${path}/output`, { signal })).blob();
    const url = URL.createObjectURL(blob);
    el("a", { href: url, download: `${id}.output` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  } catch (error) {
    explain(error);
  }
}

// --- Live output ----------------------------------------------------------------------------------------------

/** Shows bytes as text; keeps the last part in the page only. */
class Screen {
  #element; #stick; #decoder = new TextDecoder(); #length = 0;

  constructor(element, stick) {
    this.#element = element;
    this.#stick = stick;
  }

  write(bytes) {
    this.#append(this.#decoder.decode(bytes, { stream: true }));
  }

  remark(text) {
    this.#decoder = new TextDecoder();
    this.#element.append(el("span", { class: "quiet" }, `${text}\n`));
  }

  /** Colours are left out and a bare CR begins a new line; the saved output has all as it was. */
  #append(raw) {
    const text = raw.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replace(/\r(?!\n)/g, "\n");
    if (!text) return;
    this.#element.append(text);
    this.#length += text.length;
    while (this.#length > SHOWN && this.#element.firstChild !== this.#element.lastChild) {
      this.#length -= this.#element.firstChild.textContent.length;
      this.#element.firstChild.remove();
    }
    if (this.#stick.checked) this.#element.scrollTop = this.#element.scrollHeight;
  }
}

/** The events of a stream, as the HTML standard reads them; comments are left out. */
async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "", name = "", id = null, data = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines.map((text) => text.replace(/\r$/, ""))) {
      if (line === "") {
        if (data.length > 0) yield { name, id, data: data.join("\n") };
        name = "";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const content = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") name = content;
      else if (field === "id") id = content;
      else if (field === "data") data.push(content);
    }
  }
}

const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const fromText = (text) => new TextEncoder().encode(text);

/** Every byte of every attempt, once: a stream that was cut off is taken up at the byte after the last one. */
async function follow(path, screen, status, signal) {
  let offset = null;
  let attempt = null; // the one that is followed; null for the job's current one
  let left = null; // the one before, with the byte that it was left at
  while (!signal.aborted) {
    try {
      if (offset === null) {
        const job = await get(path, { signal });
        offset = Math.max(0, job.output_bytes - TAIL);
        if (offset > 0) screen.remark(`[the first ${count(offset)} bytes are not shown; save the output to have all of it]`);
      }
      const response = await call(`${path}/output/stream${attempt === null ? "" : `?attempt=${attempt}`}`, {
        signal, headers: { Accept: "text/event-stream", "Last-Event-ID": String(offset) },
      });
      status.textContent = "Following.";
      let again = false; // at once, in another attempt
      for await (const event of eventsOf(response.body)) {
        if (event.name === "attempt") {
          const begun = JSON.parse(event.data).attempt;
          if (attempt === null && left?.attempt === begun) { // there was no next one: the job ended in the queue
            ({ attempt, offset } = left);
            again = true;
            break;
          }
          if (attempt === null && left) screen.remark(`[attempt ${begun}]`);
          attempt = begun;
        } else if (event.name === "output") screen.write(fromText(event.data));
        else if (event.name === "output-base64") screen.write(fromBase64(event.data));
        if (event.id !== null) offset = Number(event.id);
        if (event.name === "end") {
          const end = JSON.parse(event.data);
          const later = attempt !== null && end.attempt > attempt;
          if (end.state === "DELETED" || (TERMINAL.has(end.state) && !later)) {
            status.textContent = end.exit_code === null ? `Ended: ${end.state}.`
              : `Ended: ${end.state}, exit code ${end.exit_code}.`;
            return;
          }
          screen.remark("[this attempt has ended; the next one follows]");
          left = { attempt, offset };
          attempt = null;
          offset = 0;
          again = true;
        }
      }
      if (again) continue;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && error.status !== 503) { explain(error); return; }
    }
    if (!signal.aborted) status.textContent = `Cut off at byte ${count(offset ?? 0)}; trying again.`;
    await pause(1000, signal);
  }
}

// --- Repositories and recovery ----------------------------------------------------------------------------------

function repositoriesView(signal) {
  const list = el("div", {}, el("p", { class: "panel empty" }, "Loading ..."));
  show(main, el("h1", {}, "Repositories"), list);
  repeat(async () => {
    const found = await get("repositories", { signal });
    show(list, table("Repositories", [["State"], ["Name"], ["URL"], ["Branch"], ["Reason"]],
      found.repositories.map((repository) => el("tr", {},
        el("td", {}, state(repository.state)),
        el("th", { scope: "row" }, link(`#/locks/${encodeURIComponent(repository.name)}`, repository.name)),
        el("td", {}, el("code", {}, repository.git_url)),
        el("td", {}, repository.branch ?? el("span", { class: "quiet" }, "default")),
        el("td", {}, repository.reason ?? ""))),
      "No repository is registered."));
  }, signal);
}

/** Who has which repository and who stands in line; of one repository, or of all. */
function locksView(name, signal) {
  const place = el("div", {}, el("p", { class: "panel empty" }, "Loading ..."));
  const only = name ? `&repository=${encodeURIComponent(name)}` : "";
  const job = (id) => link(`#/jobs/${id}`, el("code", {}, id));
  show(main, name ? el("p", {}, link("#/locks", "All repositories")) : null,
    el("h1", {}, name ? `Who has ${name}` : "Locks"), place);
  repeat(async () => {
    const [locks, waiting, batches] = await Promise.all([
      get(`admin/locks?limit=100${only}`, { signal }),
      get(`admin/waiting-queues?limit=100${only}`, { signal }),
      get(`batches?limit=20${only}`, { signal })]);
    show(place,
      table("Locked repositories", [["Repository"], ["Holder"], ["For"], ["Since", "number"], ["Node"]],
        locks.locks.map((lock) => el("tr", {},
          el("th", { scope: "row" }, lock.repository),
          el("td", {}, job(lock.job)),
          el("td", {}, lock.operation === "JOB" ? "the whole job" : "its preparation"),
          el("td", { class: "number" }, age(lock.acquired_at)),
          el("td", {}, lock.node))), "No repository is locked."),
      el("h2", {}, "In line"),
      table("Who stands in line", [["Repository"], ["Position", "number"], ["Job"], ["Since", "number"], ["Why"]],
        waiting.waiting.map((at) => el("tr", {},
          el("th", { scope: "row" }, at.repository),
          el("td", { class: "number" }, count(at.position)),
          el("td", {}, job(at.job)),
          el("td", { class: "number" }, age(at.since)),
          el("td", {}, at.why ?? "it is called and waits for a free slot"))), "Nobody stands in line."),
      waiting.next_cursor ? el("p", { class: "quiet" }, "There are more than these.") : null,
      el("h2", {}, "Shared preparations"),
      table("The latest batches", [["Phase"], ["Repository"], ["Jobs", "number"], ["Age", "number"], ["Commit"]],
        batches.batches.map((batch) => el("tr", {},
          el("td", {}, state(batch.phase)),
          el("th", { scope: "row" }, batch.repository),
          el("td", { class: "number" }, count(batch.members)),
          el("td", { class: "number" }, age(batch.created_at)),
          el("td", {}, el("code", {}, batch.prepared_commit ?? ""), batch.reason ?? ""))), "None yet."));
  }, signal);
}

function startup(run) {
  return [
    facts([
      ["Started", time(run.startup_timestamp)],
      ["Took", run.total_duration_ms === null ? "not finished" : `${count(run.total_duration_ms)} ms`],
      ["Mode", run.degraded_mode ? state("degraded") : "complete"],
      ["Unavailable", run.corrupted_resources.join(", ")],
      ["The start before", run.aborted_predecessor && `was aborted in ${run.aborted_predecessor.died_in.join(", ")}`],
    ]),
    el("p", {}),
    table("Operations", [["Status"], ["Operation"], ["Found and done"], ["Took", "number"]],
      run.operations.map((operation) => el("tr", {},
        el("td", {}, state(operation.status)),
        el("th", { scope: "row" }, operation.component, el("br"), el("span", { class: "quiet" }, operation.operation)),
        el("td", {}, Object.entries(operation.counts).map(([name, n]) => `${name.replaceAll("_", " ")} ${count(n)}`).join(", "),
          operation.errors.length === 0 ? null : el("ul", { class: "errors" },
            operation.errors.map((error) => el("li", {}, `${error.resource}: ${error.reason} (${error.action})`)))),
        el("td", { class: "number" }, `${count(operation.duration_ms)} ms`))),
      "No operation yet."),
  ];
}

function recoveryView(signal) {
  const place = el("div", {}, el("p", { class: "panel empty" }, "Loading ..."));
  show(main, el("h1", {}, "Recovery"), place);
  repeat(async () => {
    const log = await get("admin/startup-log", { signal });
    show(place, log.current_startup === null ? el("p", { class: "panel empty" }, "No start is recorded.")
      : [el("h2", {}, "The latest start"), startup(log.current_startup)],
    log.startup_history.length === 0 ? null : el("h2", {}, "Before it"),
    log.startup_history.map((run) => el("details", {},
      el("summary", {}, time(run.startup_timestamp), " ",
        run.total_duration_ms === null ? "not finished" : `${count(run.total_duration_ms)} ms`,
        run.degraded_mode ? ", degraded" : ""), startup(run))));
    return false; // it does not change while it is looked at
  }, signal);
}

// --- Where we are -----------------------------------------------------------------------------------------------

/** What the address names; an address that escapes nothing names itself. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function route() {
  if (!sessionStorage.getItem(TOKEN)) { signIn(); return; }
  view.abort();
  view = new AbortController();
  signOut.hidden = false;
  say("");
  document.title = "Holdfast";
  const [where = "jobs", id] = location.hash.replace(/^#\//, "").split("/").filter(Boolean);
  for (const a of document.querySelectorAll("nav a")) {
    if (a.getAttribute("href") === `#/${where}`) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
  if (where === "recovery") recoveryView(view.signal);
  else if (where === "locks") locksView(id && decoded(id), view.signal);
  else if (where === "repositories") repositoriesView(view.signal);
  else if (id) jobView(id, view.signal);
  else jobsView(view.signal);
}

signOut.addEventListener("click", () => { sessionStorage.removeItem(TOKEN); signIn(); });
window.addEventListener("hashchange", () => {
  if (location.hash === "#main") return; // the skip link
  route();
  main.focus({ preventScroll: true });
});
route();
