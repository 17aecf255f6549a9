package dev.palinode.guard;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of strings as a tree of characters in three arrays (Aoe 1989: a double array), so that a
 * step along a text is two reads of memory, whatever the size of the set. Immutable.
 *
 * <p>A state is a beginning that strings of the set share. Its successor under a character lies at
 * the state's offset plus the character's number, if the place belongs to that state.
 */
final class CharTrie {
  /** Where nothing of the set can follow. */
  static final int DEAD = 0;

  /** The empty beginning. */
  static final int ROOT = 1;

  private static final int ASCII = 128;

  /** The owner of the root's place: no step leads there. */
  private static final int NOBODY = -1;

  private final char[] alphabet; // sorted; a character's number is its place, from 1
  private final short[] asciiSymbols = new short[ASCII]; // 0: in no string
  private int[] offsets = new int[64];
  private int[] owners = new int[64]; // the state that a place belongs to, 0 for a free place
  private @Nullable String[] values = new @Nullable String[64];

  /**
   * @param values by the strings that lead to them
   */
  CharTrie(Map<String, String> values) {
    this.alphabet = alphabet(values.keySet());
    for (int i = 0; i < alphabet.length && alphabet[i] < ASCII; i++) {
      asciiSymbols[alphabet[i]] = (short) (i + 1);
    }
    lay(Node.treeOf(values));
    require(offsets.length + alphabet.length + 1); // so that no step leaves the arrays
  }

  private static char[] alphabet(Collection<String> keys) {
    StringBuilder all = new StringBuilder();
    keys.stream()
        .flatMapToInt(String::chars)
        .sorted()
        .distinct()
        .forEach(c -> all.append((char) c));
    return all.toString().toCharArray();
  }

  /** The state that a character leads to. */
  int next(int state, char c) {
    int symbol = symbol(c);
    int next = offsets[state] + symbol;
    return symbol != 0 && owners[next] == state ? next : DEAD;
  }

  /** What the set has under the string that leads to a state; null if it is only a beginning. */
  @Nullable String value(int state) {
    return values[state];
  }

  private int symbol(char c) {
    return c < ASCII ? asciiSymbols[c] : Math.max(0, Arrays.binarySearch(alphabet, c) + 1);
  }

  /** Gives each node its place: breadth first, each node's successors at once. */
  private void lay(Node root) {
    Map<Node, Integer> states = new HashMap<>();
    states.put(root, ROOT);
    owners[ROOT] = NOBODY;
    Queue<Node> open = new ArrayDeque<>(states.keySet());
    int firstFree = ROOT + 1;
    for (Node node = open.poll(); node != null; node = open.poll()) {
      int state = states.remove(node);
      values[state] = node.value;
      int[] symbols = node.next.keySet().stream().mapToInt(this::symbol).toArray();
      int offset = fit(symbols, firstFree);
      offsets[state] = offset;
      for (Map.Entry<Character, Node> each : node.next.entrySet()) {
        int place = offset + symbol(each.getKey());
        owners[place] = state;
        states.put(each.getValue(), place);
        open.add(each.getValue());
      }
      while (firstFree < owners.length && owners[firstFree] != 0) {
        firstFree++;
      }
    }
  }

  /** The least offset with which all symbols fall on free places. */
  private int fit(int[] symbols, int firstFree) {
    if (symbols.length == 0) {
      return 0;
    }
    int least = symbols[0]; // characters, and so symbols, come in order
    for (int offset = Math.max(0, firstFree - least); ; offset++) {
      require(offset + symbols[symbols.length - 1] + 1);
      if (isFree(offset, symbols)) {
        return offset;
      }
    }
  }

  private boolean isFree(int offset, int[] symbols) {
    for (int symbol : symbols) {
      if (offset + symbol <= ROOT || owners[offset + symbol] != 0) {
        return false;
      }
    }
    return true;
  }

  private void require(int length) {
    if (length > owners.length) {
      int grown = Math.max(length, owners.length + owners.length / 2);
      offsets = Arrays.copyOf(offsets, grown);
      owners = Arrays.copyOf(owners, grown);
      values = Arrays.copyOf(values, grown);
    }
  }

  /** The tree before it is laid into arrays. */
  private static final class Node {
    final NavigableMap<Character, Node> next = new TreeMap<>();
    @Nullable String value;

    static Node treeOf(Map<String, String> values) {
      Node root = new Node();
      values.forEach(
          (key, value) -> {
            Node node = root;
            for (int i = 0; i < key.length(); i++) {
              node = node.next.computeIfAbsent(key.charAt(i), c -> new Node());
            }
            node.value = value;
          });
      return root;
    }
  }
}
