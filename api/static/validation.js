// The page of a validation under way, without reloading: it tells how far, then shows the report.
// Without scripts the page refreshes itself (see validation_job.html).
const bar = document.getElementById("progress");
const words = document.getElementById("how-far");

async function look() {
  try {
    const answer = await fetch(bar.dataset.job, { cache: "no-store" });
    if (answer.status !== 202) return location.reload();
    const { status, progress } = await answer.json();
    bar.value = progress.percent;
    const text = status === "waiting" ? words.dataset.waiting
      : !progress.total ? words.dataset.starting
      : words.dataset.running.replace("{percent}", progress.percent);
    if (words.textContent !== text) words.textContent = text;
  } catch { /* the network is away: look again */ }
  setTimeout(look, 1000);
}
setTimeout(look, 1000);
