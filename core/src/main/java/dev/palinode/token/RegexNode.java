package dev.palinode.token;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A part of a tokenizer's regular expression, as far as {@link SplitRegex} has to know it. */
sealed interface RegexNode {
  /** Whether it can match the empty text; what may fail without reading is not nullable. */
  boolean isNullable();

  /**
   * One character.
   *
   * @param set the characters it matches; null if that is not known
   */
  record Atom(@Nullable Pattern set) implements RegexNode {
    /** Whether it matches the character, or may. */
    boolean mayMatch(String character) {
      return set == null || set.matcher(character).matches();
    }

    @Override
    public boolean isNullable() {
      return false;
    }
  }

  /** One after the other. */
  record Sequence(List<RegexNode> parts) implements RegexNode {
    @Override
    public boolean isNullable() {
      return parts.stream().allMatch(RegexNode::isNullable);
    }
  }

  /** One of several. */
  record Choice(List<RegexNode> parts) implements RegexNode {
    @Override
    public boolean isNullable() {
      return parts.stream().anyMatch(RegexNode::isNullable);
    }
  }

  /**
   * Several times.
   *
   * @param max {@link #UNBOUNDED} if there is none
   * @param possessive what it has read is not given back
   */
  record Repeat(RegexNode body, int min, int max, boolean possessive) implements RegexNode {
    static final int UNBOUNDED = Integer.MAX_VALUE;

    @Override
    public boolean isNullable() {
      return min == 0 || body.isNullable();
    }
  }

  /** Looks ahead and reads nothing. */
  record Ahead(RegexNode body) implements RegexNode {
    @Override
    public boolean isNullable() {
      return false;
    }
  }

  /** Looks at what is before, or at the edges of the text: {@code ^}, {@code \b}, lookbehind. */
  record Context() implements RegexNode {
    @Override
    public boolean isNullable() {
      return false;
    }
  }
}
