package dev.palinode.attack.autodan;

import dev.palinode.attack.Behavior;
import dev.palinode.io.TextFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.lang3.Validate;

/** A table of words and phrases that may stand for each other. Immutable. */
public final class Paraphrases {
  private static final Pattern BAR = Pattern.compile("\\|");

  private final Map<String, List<String>> others = new HashMap<>(); // in lower case
  private final Pattern any;

  private Paraphrases(List<List<String>> groups) {
    for (List<String> group : groups) {
      for (String phrase : group) {
        List<String> rest = group.stream().filter(other -> !other.equals(phrase)).toList();
        others.merge(phrase, rest, (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
      }
    }
    any = anyOf(others.keySet());
  }

  /** Whole phrases, the longest first, in any case; and places for the request, to be skipped. */
  private static Pattern anyOf(Collection<String> phrases) {
    String alternatives =
        phrases.stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile(
        "%s|(?<![\\p{L}\\p{N}])(%s)(?![\\p{L}\\p{N}])"
            .formatted(Pattern.quote(Behavior.PLACE), alternatives),
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /**
   * Reads a table: a line has the phrases of a group, separated by {@code |}; empty lines and those
   * that begin with {@code #} are skipped.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a line has fewer than two phrases, or no line has any; the
   *     message names the file
   */
  public static Paraphrases read(Path file) throws IOException {
    try {
      return parse(TextFiles.lines(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** The table in the lines of such a file. */
  static Paraphrases parse(List<String> lines) {
    List<List<String>> groups =
        lines.stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(Paraphrases::group)
            .toList();
    Validate.isTrue(!groups.isEmpty(), "no paraphrases: expected lines such as \"tell | show\"");
    return new Paraphrases(groups);
  }

  private static List<String> group(String line) {
    List<String> phrases =
        Arrays.stream(BAR.split(line.toLowerCase(Locale.ROOT)))
            .map(String::strip)
            .filter(phrase -> !phrase.isEmpty())
            .distinct()
            .toList();
    Validate.isTrue(
        phrases.size() >= 2, "\"%s\": expected two phrases or more, separated by |", line);
    return phrases;
  }

  /** The number of phrases, and a hash of the table. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d phrases %08x", others.size(), others.hashCode());
  }

  /** The phrases of the table that occur in a text, in lower case, in order. */
  List<String> in(String text) {
    Matcher found = any.matcher(text);
    return found
        .results()
        .map(each -> each.group(1))
        .filter(phrase -> phrase != null)
        .map(phrase -> phrase.toLowerCase(Locale.ROOT))
        .toList();
  }

  /** What may stand for a phrase; empty if it is not in the table. */
  List<String> others(String phrase) {
    return others.getOrDefault(phrase.toLowerCase(Locale.ROOT), List.of());
  }

  /**
   * Replaces each phrase of the table in a text, keeping its first letter's case.
   *
   * @param replacement of a phrase in lower case; itself to leave it as it is
   */
  String replace(String text, Function<String, String> replacement) {
    return any.matcher(text)
        .replaceAll(
            match -> {
              String phrase = match.group(1);
              String result =
                  phrase == null
                      ? match.group()
                      : inCaseOf(phrase, replacement.apply(phrase.toLowerCase(Locale.ROOT)));
              return Matcher.quoteReplacement(result);
            });
  }

  private static String inCaseOf(String model, String text) {
    if (text.equalsIgnoreCase(model)) {
      return model;
    }
    return Character.isUpperCase(model.codePointAt(0)) ? StringUtils.capitalize(text) : text;
  }
}
