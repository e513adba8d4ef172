// While something is under way, what changes on a page is asked for again and put in place; all else, forms above all,
// stays as it is. Served only to such pages.
"use strict";

const WAIT_MS = 2000;

function putInPlace(shown, fresh) {
  for (const details of shown.querySelectorAll("details[open][id]")) {
    const again = fresh.querySelector(`#${details.id}`);
    if (again) again.open = true;
  }
  if (shown.innerHTML === fresh.innerHTML) return;
  const holder = shown.contains(document.activeElement) && document.activeElement.closest("details[id]");
  shown.replaceChildren(...fresh.childNodes);
  if (holder) document.querySelector(`#${holder.id} > summary`)?.focus();
}

async function lookAgain() {
  if (document.hidden) return true;
  const answer = await fetch(location.href, { headers: { "Look-Again": "1" } });
  if (answer.redirected) location.reload();
  if ([401, 403, 404].includes(answer.status)) return false; // asking again changes nothing
  if (!answer.ok) return true;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const shown of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(shown.id);
    if (fresh) putInPlace(shown, fresh);
  }
  return page.querySelector("script") !== null;
}

function lookLater() {
  setTimeout(() => lookAgain().catch(() => true).then((goesOn) => goesOn && lookLater()), WAIT_MS);
}

lookLater();
