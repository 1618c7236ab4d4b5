const LABEL_WIDTH = 44;

/** One line of a report for a terminal: what, how many, and a remark. */
export function reportEntry(label: string, value: number, remark = ''): string {
  const number = value.toLocaleString('en-US').padStart(9);
  return `${label.padEnd(LABEL_WIDTH)} ${number}${remark === '' ? '' : `  ${remark}`}`;
}
