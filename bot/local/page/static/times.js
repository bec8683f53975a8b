// Times in the reader's own zone. The zone is told to the server by a cookie, so that the next page has it at once.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shape = zone && new Intl.DateTimeFormat("en-US", {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
});

export function times(root) {
  if (!zone || document.body.dataset.zone === zone) return;
  for (const each of root.querySelectorAll("time[datetime]")) {
    const parts = Object.fromEntries(shape.formatToParts(new Date(each.dateTime)).map((p) => [p.type, p.value]));
    each.textContent = `${parts.weekday} ${parts.day} ${parts.month}, ${parts.hour}:${parts.minute}`;
    each.title = `${zone}; ${each.dateTime}`;
  }
  for (const each of root.querySelectorAll("[data-zone-name]")) each.textContent = zone;
}

if (zone && document.body.dataset.zone !== zone) {
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=strict`;
}
