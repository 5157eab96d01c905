// Take the newest session away: node examples/take_results_away.mjs http://127.0.0.1:7000
// Needs nothing but fetch, so it works in a page of the server as well.
// On a network it shows the token of FASHIONSITE_TOKEN.

/** What is at that address; throws with the server's reason if there is nothing. */
async function get(address, token) {
  const answer = await fetch(address, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer;
}

/** The items of a list, page after page. */
async function* pages(address, token) {
  for (let next = address; next; ) {
    const page = await (await get(next, token)).json();
    yield* page.results;
    next = page.next;
  }
}

/** How the newest session went, and its report as one HTML file. */
export async function takeAway(server, token = "") {
  const { value: session } = await pages(`${server}/api/sessions/?limit=1`, token).next();
  const address = `${server}/api/sessions/${session.uuid}`;
  let wrong = 0;
  for await (const row of pages(`${address}/predictions/?limit=10`, token)) {
    if (row.label !== null && row.label !== row.class_id) wrong += 1;
  }
  const report = await (await get(`${address}/export.html`, token)).text();
  return { uuid: session.uuid, stored: session.ledger.stored, wrong, report };
}

if (typeof process !== "undefined" && process.argv[2]) {
  const taken = await takeAway(process.argv[2], process.env.FASHIONSITE_TOKEN);
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`report-${taken.uuid}.html`, taken.report);
  console.log(`${taken.uuid}: ${taken.stored} frames, ${taken.wrong} wrong`);
}
