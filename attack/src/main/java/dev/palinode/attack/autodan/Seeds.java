package dev.palinode.attack.autodan;

import dev.palinode.attack.Behavior;
import dev.palinode.io.TextFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.lang3.Strings;
import org.apache.commons.lang3.Validate;

/**
 * The prompts that a search begins with: texts with a place for the request.
 *
 * @param prompts each with {@value Behavior#PLACE} exactly once
 */
public record Seeds(List<String> prompts) {
  private static final Pattern BORDER = Pattern.compile("(?m)^---\\h*$");

  public Seeds {
    Validate.isTrue(!prompts.isEmpty(), "no prompts to begin with: expected one or more");
    prompts = List.copyOf(prompts);
    for (String prompt : prompts) {
      int places = countPlaces(prompt);
      Validate.isTrue(
          places == 1,
          "the prompt \"%s\" has %s %s times: expected once",
          prompt,
          Behavior.PLACE,
          places);
    }
  }

  private static int countPlaces(String prompt) {
    return Pattern.compile(Pattern.quote(Behavior.PLACE)).split(prompt, -1).length - 1;
  }

  /**
   * Reads prompts that are separated by lines of {@code ---}.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a prompt has no place for the request, or several, or there
   *     is none; the message names the file
   */
  public static Seeds read(Path file) throws IOException {
    try {
      return parse(TextFiles.read(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** The prompts in the text of such a file. */
  static Seeds parse(String text) {
    return new Seeds(
        Arrays.stream(BORDER.split(text))
            .map(String::strip)
            .filter(prompt -> !prompt.isEmpty())
            .toList());
  }

  /** A text with exactly one place for the request: the first, or one added at the end. */
  static String withOnePlace(String text) {
    int first = text.indexOf(Behavior.PLACE);
    if (first < 0) {
      return text.strip() + " " + Behavior.PLACE;
    }
    int end = first + Behavior.PLACE.length();
    String rest = Strings.CS.remove(text.substring(end), " " + Behavior.PLACE);
    return text.substring(0, end) + Strings.CS.remove(rest, Behavior.PLACE);
  }
}
