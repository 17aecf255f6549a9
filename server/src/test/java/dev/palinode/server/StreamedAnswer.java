package dev.palinode.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** A stream as a client reads it: its chunks, and the text that it shows at the end. */
record StreamedAnswer(
    List<JsonNode> chunks, String shown, String finish, String error, boolean done) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static StreamedAnswer of(String body) throws Exception {
    List<JsonNode> chunks = new ArrayList<>();
    StringBuilder shown = new StringBuilder();
    String finish = "";
    String error = "";
    boolean done = false;
    for (String line : body.lines().toList()) {
      if (!line.startsWith("data: ")) {
        continue;
      } else if (line.equals("data: [DONE]")) {
        done = true;
        continue;
      }
      JsonNode chunk = MAPPER.readTree(line.substring("data: ".length()));
      chunks.add(chunk);
      error += chunk.at("/error/type").asText("");
      shown.append(chunk.at("/choices/0/delta/content").asText(""));
      shown.append(chunk.at("/choices/0/text").asText(""));
      finish += chunk.at("/choices/0/finish_reason").asText("").replace("null", "");
      JsonNode retraction = chunk.at("/palinode/retraction");
      if (!retraction.isMissingNode()) {
        String text = retraction.get("text").asText();
        int from = shown.offsetByCodePoints(0, retraction.get("from").asInt());
        if (!shown.substring(from).equals(text)) {
          throw new AssertionError("\"" + shown + "\" does not end with \"" + text + "\"");
        }
        shown.setLength(from);
      }
    }
    return new StreamedAnswer(chunks, shown.toString(), finish, error, done);
  }
}
