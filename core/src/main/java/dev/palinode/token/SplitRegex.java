package dev.palinode.token;

import dev.palinode.storage.Printable;
import dev.palinode.token.RegexNode.Ahead;
import dev.palinode.token.RegexNode.Atom;
import dev.palinode.token.RegexNode.Choice;
import dev.palinode.token.RegexNode.Context;
import dev.palinode.token.RegexNode.Repeat;
import dev.palinode.token.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A regular expression of a tokenizer: what its search may cost, and where it cannot tell whether a
 * text goes on.
 *
 * <p>The native library ends the process when a search at one place of the text takes more than ten
 * million steps. So an expression is accepted only if its steps grow at most in proportion to the
 * text: no repetition of something ambiguous, and no two open-ended repetitions in a row that what
 * follows could send back. Immutable.
 */
final class SplitRegex {
  /** Half of what the library allows: some steps count twice. */
  private static final double MAX_STEPS = 5e6;

  private static final List<String> SAMPLES =
      IntStream.concat(IntStream.range(0, 0x250), "µßſΩжא中ー가٣Ⅷ²́​😀。、▁".codePoints())
          .mapToObj(Character::toString)
          .toList();

  /**
   * @param ways in how many ways it can match at one place, the open-ended repetitions left out
   * @param degree how many open-ended repetitions can be sent back
   */
  private record Cost(double ways, int degree) {
    static final Cost ONE = new Cost(1, 0);

    Cost times(Cost other) {
      return new Cost(ways * other.ways, degree + other.degree);
    }
  }

  private final RegexNode root;

  /**
   * @throws IllegalArgumentException if a search might take too many steps; the message says why
   */
  SplitRegex(String source) {
    root = RegexParser.parse(source);
    double steps = 0;
    for (RegexNode alternative : root instanceof Choice all ? all.parts() : List.of(root)) {
      Cost cost = cost(alternative, false, source);
      if (cost.degree > 1) {
        throw tooSlow(source, "open-ended repetitions one after the other");
      }
      steps += cost.ways * (cost.degree == 0 ? 1 : TextCuts.LONGEST_PIECE);
    }
    if (!(steps <= MAX_STEPS)) {
      throw tooSlow(source, "too many ways to match one text");
    }
  }

  /**
   * @param canFail whether something may fail after it, so that it is asked for its other ways
   */
  private static Cost cost(RegexNode node, boolean canFail, String source) {
    if (node instanceof Sequence sequence) {
      Cost cost = Cost.ONE;
      boolean tailCanFail = canFail;
      for (int i = sequence.parts().size() - 1; i >= 0; i--) {
        RegexNode part = sequence.parts().get(i);
        cost = cost.times(cost(part, tailCanFail, source));
        tailCanFail |= !part.isNullable();
      }
      return cost;
    } else if (node instanceof Choice choice) {
      List<Cost> costs = choice.parts().stream().map(it -> cost(it, canFail, source)).toList();
      return new Cost(
          costs.stream().mapToDouble(Cost::ways).sum(),
          costs.stream().mapToInt(Cost::degree).max().orElse(0));
    } else if (node instanceof Repeat repeat) {
      return cost(repeat, canFail, source);
    } else if (node instanceof Ahead ahead) {
      return cost(ahead.body(), true, source);
    }
    return Cost.ONE;
  }

  private static Cost cost(Repeat repeat, boolean isAsked, String source) {
    boolean isMany = repeat.max() > 1;
    // A repetition that nothing can fail after keeps what it has, once it has enough.
    boolean canFail = isAsked || repeat.min() > 1;
    Cost body = cost(repeat.body(), canFail, source);
    if (isMany && body.degree > 0) {
      throw tooSlow(source, "a repetition inside a repetition");
    } else if (!canFail) {
      return body;
    }
    boolean isChoosy = isMany && (body.ways > 1 || repeat.body().isNullable());
    double ways = body.ways;
    if (isChoosy && isDeterministic(repeat.body())) {
      ways = 1;
    } else if (isChoosy && repeat.max() == Repeat.UNBOUNDED) {
      throw tooSlow(source, "a repetition of something that can match in several ways");
    } else if (isChoosy) {
      ways = Math.pow(body.ways + 1, repeat.max());
    }
    if (repeat.possessive() || repeat.min() == repeat.max()) {
      return new Cost(ways, body.degree);
    } else if (repeat.max() == Repeat.UNBOUNDED) {
      return new Cost(ways, body.degree + 1);
    }
    return new Cost(ways * (repeat.max() - repeat.min() + 1), body.degree);
  }

  /** Whether each character of a text decides which part of the node it belongs to. */
  private static boolean isDeterministic(RegexNode node) {
    List<Atom> atoms = new ArrayList<>();
    addAtoms(node, atoms);
    return !node.isNullable()
        && !repeatsFreely(node)
        && SAMPLES.stream()
            .allMatch(it -> atoms.stream().filter(atom -> atom.mayMatch(it)).count() <= 1);
  }

  private static boolean repeatsFreely(RegexNode node) {
    boolean isFree = node instanceof Repeat it && it.max() > 1 && it.min() < it.max();
    return isFree || children(node).stream().anyMatch(SplitRegex::repeatsFreely);
  }

  /**
   * Whether a text that has {@code after} behind {@code before} may be cut between the two: no
   * match spans the place, and none before it depends on what follows.
   *
   * @param before, after one character each
   */
  boolean isIndependent(String before, String after) {
    return !seesContext(root) && !mayReadBoth(root, before, after);
  }

  /** Whether this character, wherever it is, belongs to a match. */
  boolean alwaysMatches(String character) {
    return !root.isNullable() && acceptsAlone(root, character);
  }

  /** Whether it can match without reading a character. */
  boolean canMatchNothing() {
    return readsNothing(root);
  }

  private static boolean readsNothing(RegexNode node) {
    if (node instanceof Sequence sequence) {
      return sequence.parts().stream().allMatch(SplitRegex::readsNothing);
    } else if (node instanceof Choice choice) {
      return choice.parts().stream().anyMatch(SplitRegex::readsNothing);
    } else if (node instanceof Repeat repeat) {
      return repeat.min() == 0 || readsNothing(repeat.body());
    }
    return !(node instanceof Atom);
  }

  /** Whether no part of the expression reads this character. */
  boolean neverReads(String character) {
    return !seesContext(root) && !has(root, character);
  }

  private static boolean seesContext(RegexNode node) {
    return node instanceof Context || children(node).stream().anyMatch(SplitRegex::seesContext);
  }

  private static boolean mayReadBoth(RegexNode node, String before, String after) {
    List<RegexNode> children = children(node);
    if (children.stream().anyMatch(child -> mayReadBoth(child, before, after))) {
      return true;
    }
    if (node instanceof Repeat repeat) {
      return repeat.max() > 1 && has(node, before) && has(node, after);
    }
    boolean hasBefore = false;
    for (RegexNode child : node instanceof Sequence ? children : List.<RegexNode>of()) {
      if (hasBefore && has(child, after)) {
        return true;
      }
      hasBefore |= has(child, before);
    }
    return false;
  }

  private static boolean has(RegexNode node, String character) {
    List<Atom> atoms = new ArrayList<>();
    addAtoms(node, atoms);
    return atoms.stream().anyMatch(atom -> atom.mayMatch(character));
  }

  private static boolean acceptsAlone(RegexNode node, String character) {
    if (node instanceof Atom atom) {
      return atom.set() != null && atom.mayMatch(character);
    } else if (node instanceof Choice choice) {
      return choice.parts().stream().anyMatch(part -> acceptsAlone(part, character));
    } else if (node instanceof Repeat repeat) {
      return repeat.min() <= 1 && acceptsAlone(repeat.body(), character);
    } else if (node instanceof Sequence sequence) {
      return sequence.parts().stream()
          .anyMatch(
              one ->
                  acceptsAlone(one, character)
                      && sequence.parts().stream()
                          .allMatch(other -> other == one || stepsAside(other, character)));
    }
    return false;
  }

  private static boolean stepsAside(RegexNode node, String character) {
    boolean keeps = node instanceof Repeat repeat && repeat.possessive() && has(node, character);
    return node.isNullable() && !keeps;
  }

  private static void addAtoms(RegexNode node, List<Atom> atoms) {
    if (node instanceof Atom atom) {
      atoms.add(atom);
    }
    children(node).forEach(child -> addAtoms(child, atoms));
  }

  private static List<RegexNode> children(RegexNode node) {
    if (node instanceof Sequence sequence) {
      return sequence.parts();
    } else if (node instanceof Choice choice) {
      return choice.parts();
    } else if (node instanceof Repeat repeat) {
      return List.of(repeat.body());
    }
    return node instanceof Ahead ahead ? List.of(ahead.body()) : List.of();
  }

  private static IllegalArgumentException tooSlow(String source, String why) {
    return new IllegalArgumentException(
        "the regular expression %s has %s: a short text could keep it busy for ever"
            .formatted(Printable.quote(source), why));
  }
}
