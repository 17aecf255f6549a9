/**
 * The data of the server-sent events in a stream of bytes, one string an event.
 *
 * @param {ReadableStream<Uint8Array>} stream
 */
export async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let data = [];
  try {
    for (;;) {
      const {value, done} = await reader.read();
      if (done) {
        return; // as the standard says, an event without its blank line does not count
      }
      rest += value;
      // A CR at the end may be half of a line break.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === "" && data.length > 0) {
          yield data.join("\n");
          data = [];
        } else if (line.startsWith("data:")) {
          data.push(line.slice(5).replace(/^ /, ""));
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // closes the connection where the caller stopped early
  }
}
