/** A moment for people who sit in different places: "2026-11-21 20:40 UTC". */
export function momentText(moment: Date | string): string {
  return `${new Date(moment).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
