package dev.palinode.data.label;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.palinode.guard.Verdict;
import dev.palinode.guard.Verdict.Label;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One line of a label file: <code>{"key":"...","label":"unsafe","reason":"..."}</code>. */
record LabelRow(LabelKey key, Label label, String reason) {
  /** What every row begins with; the key follows. */
  static final String START = "{\"key\":\"";

  private static final int LONGEST_REASON = 500;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** The row of a verdict; a long reason is cut. */
  static LabelRow of(LabelKey key, Verdict verdict) {
    String reason = verdict.reason();
    return new LabelRow(
        key,
        verdict.label(),
        reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..." : reason);
  }

  /**
   * The row on a line.
   *
   * @throws IOException if it is none; the message says what it lacks
   */
  static LabelRow parse(byte[] line) throws IOException {
    try {
      JsonNode row = MAPPER.readTree(line);
      Label label = Label.valueOf(text(row, "label").toUpperCase(Locale.ROOT));
      return new LabelRow(LabelKey.parse(text(row, "key")), label, text(row, "reason"));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(
          "expected a label such as {\"key\":\"(32 hexadecimal digits)\",\"label\":\"safe\","
              + "\"reason\":\"\"}",
          e);
    }
  }

  private static String text(JsonNode row, String field) {
    if (!row.path(field).isTextual()) {
      throw new IllegalArgumentException("no " + field);
    }
    return row.path(field).textValue();
  }

  /** The line, with its end. */
  byte[] line() {
    try {
      String row =
          START
              + key
              + "\",\"label\":\""
              + label.name().toLowerCase(Locale.ROOT)
              + "\",\"reason\":"
              + MAPPER.writeValueAsString(reason)
              + "}\n";
      return row.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text can always be written", e);
    }
  }

  /** As the judge gave it, but for where in the answer the unsafe part begins. */
  Verdict verdict() {
    return label == Label.SAFE
        ? new Verdict(label, reason, Verdict.ALL)
        : new Verdict(label, reason, 0);
  }
}
