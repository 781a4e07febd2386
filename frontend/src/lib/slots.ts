/** Which of the six series colours an entity gets. The colour follows the entity, never its rank. */
export const SLOTS = 6;

function hash(text: string): number {
  let h = 2166136261;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return h >>> 0;
}

/**
 * Slots for siblings that are shown together: each prefers its own, a clash moves to the next free one.
 * The order of `ids` does not matter, so re-sorting a table never recolours its chart.
 */
export function assignSlots(ids: readonly string[]): Map<string, number> {
  const taken = new Set<number>();
  const slots = new Map<string, number>();
  for (const id of [...new Set(ids)].sort()) {
    let slot = hash(id) % SLOTS;
    while (taken.has(slot) && taken.size < SLOTS) slot = (slot + 1) % SLOTS;
    taken.add(slot);
    slots.set(id, slot);
  }
  return slots;
}
