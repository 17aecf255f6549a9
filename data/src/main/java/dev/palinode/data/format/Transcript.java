package dev.palinode.data.format;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A dialogue of {@link HhRlhf} in one text, and its turns. */
final class Transcript {
  static final String HUMAN = "Human:";
  static final String ASSISTANT = "Assistant:";

  private final String text;
  private final List<Message> turns;
  private final int lastTurn; // where its text begins, behind the label

  private Transcript(String text, List<Message> turns, int lastTurn) {
    this.text = text;
    this.turns = Collections.unmodifiableList(turns);
    this.lastTurn = lastTurn;
  }

  /** Reads a text; there are no turns if it does not open with one. */
  static Transcript of(String text) {
    return nextLabel(text, 0) == 0
        ? read(text, new ArrayList<>(), 0)
        : new Transcript(text, List.of(), 0);
  }

  /** Reads a text that begins like this one, as a rule: the turns before the last are shared. */
  Transcript another(String other) {
    // Copies, as texts of different widths in memory are compared with them all the same, and fast.
    boolean beginsAlike =
        !turns.isEmpty()
            && other.length() >= lastTurn
            && other.substring(0, lastTurn).equals(text.substring(0, lastTurn));
    if (!beginsAlike) {
      return of(other);
    }
    int last = turns.size() - 1;
    int label = lastTurn - label(turns.get(last).role()).length() - 2;
    return read(other, new ArrayList<>(turns.subList(0, last)), label);
  }

  /** The turns in their order, each without the white space around it. */
  List<Message> turns() {
    return turns;
  }

  /** Reads on from the label of a turn. */
  private static Transcript read(String text, List<Message> turns, int firstLabel) {
    int start = 0;
    for (int label = firstLabel; label >= 0; ) {
      Role role = text.startsWith(HUMAN, label + 2) ? Role.USER : Role.ASSISTANT;
      start = label + 2 + label(role).length();
      label = nextLabel(text, start);
      int end = label >= 0 ? label : text.length();
      turns.add(new Message(role, text.substring(start, end).strip()));
    }
    return new Transcript(text, turns, start);
  }

  private static String label(Role role) {
    return role == Role.USER ? HUMAN : ASSISTANT;
  }

  /** Where the next turn opens, with two line ends; -1 if none does. */
  private static int nextLabel(String text, int from) {
    int at = text.indexOf("\n\n", from);
    while (at >= 0 && !text.startsWith(HUMAN, at + 2) && !text.startsWith(ASSISTANT, at + 2)) {
      at = text.indexOf("\n\n", at + 1);
    }
    return at;
  }
}
