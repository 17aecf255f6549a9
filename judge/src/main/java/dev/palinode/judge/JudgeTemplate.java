package dev.palinode.judge;

import dev.palinode.chat.Message;
import dev.palinode.io.Sha256;
import dev.palinode.io.TextFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.lang3.Validate;

/**
 * The instructions for a general language model that judges an answer: a text with the placeholders
 * <code>{prompt}</code> and <code>{answer}</code>. It must ask for a first line that is {@code
 * safe} or {@code unsafe} and nothing else; a reason may follow on the next line.
 *
 * <p>The conversation is put in as plain lines, {@code User: ...}, {@code Assistant: ...}, without
 * escaping: a text that addresses its judge may influence it.
 *
 * @param text with each of the two placeholders at least once
 */
public record JudgeTemplate(String text) {
  private static final Pattern PLACE = Pattern.compile("\\{(prompt|answer)\\}");

  /**
   * @throws IllegalArgumentException if a placeholder is missing
   */
  public JudgeTemplate {
    for (String place : List.of("{prompt}", "{answer}")) {
      Validate.isTrue(
          text.contains(place),
          "the judge's template has no %s: the judge would not see it",
          place);
    }
  }

  /**
   * Reads a template from a text file, UTF-8.
   *
   * @throws IOException if the file cannot be read, or is not UTF-8
   * @throws IllegalArgumentException if a placeholder is missing
   */
  public static JudgeTemplate read(Path file) throws IOException {
    try {
      return new JudgeTemplate(TextFiles.read(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  String fill(List<Message> prompt, String answer) {
    String conversation =
        prompt.stream()
            .map(
                message ->
                    StringUtils.capitalize(message.role().templateName())
                        + ": "
                        + message.content())
            .collect(Collectors.joining("\n"));
    return PLACE
        .matcher(text)
        .replaceAll(
            place ->
                Matcher.quoteReplacement(place.group(1).equals("prompt") ? conversation : answer));
  }

  /** The first 16 hexadecimal digits of the text's SHA-256. */
  String fingerprint() {
    byte[] hash = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, 8);
  }
}
