package dev.palinode.chat;

import dev.palinode.jinja.PythonStrings;
import dev.palinode.token.Tokenizer.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.lang3.Validate;

/**
 * Separates the special tokens that a template wrote from those that a message merely spells.
 *
 * <p>Before rendering, a private-use character that no message contains (the shield) is inserted
 * after the first character of every special token in a message, and of every beginning of one at a
 * message's end. So every special token in the rendered text is the template's; then the shields
 * are removed. A shield is never next to leading or trailing white space, which may be trimmed.
 */
final class ContentShield {
  private static final char FIRST_PRIVATE_USE = '\uE000';
  private static final char LAST_PRIVATE_USE = '\uF8FF';

  private final Set<String> specials;
  private final char shield;
  private final Pattern anySpecial;

  ContentShield(Set<String> specials, List<Message> messages) {
    this.specials = specials;
    char free = FIRST_PRIVATE_USE;
    while (contains(messages, free)) {
      Validate.isTrue(
          free++ != LAST_PRIVATE_USE,
          "the messages contain every private-use character from U+E000 to U+F8FF; at least"
              + " one has to be absent");
    }
    shield = free;
    String alternatives =
        specials.stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    // Without alternatives, the pattern would match the empty text everywhere.
    anySpecial =
        Pattern.compile(specials.isEmpty() ? "(?!)" : "(?:" + alternatives + ")(?!" + shield + ")");
  }

  List<Message> cover(List<Message> messages) {
    return messages.stream().map(m -> new Message(m.role(), cover(m.content()))).toList();
  }

  /** The rendered text in parts: the template's special tokens as markup, the rest as text. */
  List<Part> uncover(String rendered) {
    List<Part> parts = new ArrayList<>();
    int start = 0;
    for (Matcher token = anySpecial.matcher(rendered); token.find(); start = token.end()) {
      addText(rendered.substring(start, token.start()), parts);
      parts.add(Part.markup(token.group()));
    }
    addText(rendered.substring(start), parts);
    return parts;
  }

  private String cover(String content) {
    Set<Integer> starts = new TreeSet<>(Comparator.reverseOrder());
    int end = PythonStrings.strip(content, null, false, true).length();
    for (String special : specials) {
      for (int at = content.indexOf(special); at >= 0; at = content.indexOf(special, at + 1)) {
        starts.add(at);
      }
      for (int at = Math.max(0, end - special.length() + 1); at < end; at++) {
        if (special.startsWith(content.substring(at, end))) {
          starts.add(at);
        }
      }
    }
    StringBuilder covered = new StringBuilder(content);
    starts.forEach(at -> covered.insert(at + 1, shield)); // from the end: other offsets stay valid
    return covered.toString();
  }

  private void addText(String text, List<Part> parts) {
    if (!text.isEmpty()) {
      parts.add(Part.text(text.replace(String.valueOf(shield), "")));
    }
  }

  private static boolean contains(List<Message> messages, char c) {
    return messages.stream().anyMatch(m -> m.content().indexOf(c) >= 0);
  }
}
