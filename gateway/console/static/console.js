// Keeps the page fresh: fetches it when something happens, at most once a second, and every ten seconds.
const KINDS = ["accepted", "speaker", "summary", "rejected", "stop", "alarm", "hold", "resume"];
let due = false;

async function refresh() {
  due = false;
  if (document.activeElement?.matches("#live input, #live select")) return soon(); // somebody writes or chooses
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of ["#live", "header time"]) {
    const fresh = page.querySelector(selector);
    if (fresh) document.querySelector(selector).replaceWith(fresh);
  }
}

function soon() {
  if (!due) {
    due = true;
    setTimeout(refresh, 700);
  }
}

const events = new EventSource("/api/v1/events");
for (const kind of KINDS) events.addEventListener(kind, soon);
setInterval(soon, 10000);
