/** The HTML of every mail template by its name. */
export function compileMails(): Promise<Map<string, string>>;
