package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class CharTrieTest {
  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.strings()
        .withChars(' ', 'a', 'b', '\u007f', '\u0080', '毒', '\uffff', '\u0000')
        .ofMaxLength(5);
  }

  @Provide
  Arbitrary<Map<String, String>> sets() {
    return Arbitraries.maps(keys().filter(key -> !key.isEmpty()), Arbitraries.of("one", "two"))
        .ofMaxSize(30);
  }

  @Property
  void itIsAMap(@ForAll("sets") Map<String, String> set, @ForAll("keys") String other) {
    CharTrie trie = new CharTrie(set);

    set.forEach((key, value) -> assertThat(value(trie, key)).isEqualTo(value));
    assertThat(value(trie, other)).isEqualTo(set.get(other));
  }

  @Property
  void aBeginning_livesOnlyAsLongAsAStringGoesOnWithIt(
      @ForAll("sets") Map<String, String> set, @ForAll("keys") String text) {
    CharTrie trie = new CharTrie(set);
    boolean isBeginning =
        text.isEmpty() || set.keySet().stream().anyMatch(key -> key.startsWith(text));

    assertThat(state(trie, text) != CharTrie.DEAD).isEqualTo(isBeginning);
  }

  private static @Nullable String value(CharTrie trie, String key) {
    int state = state(trie, key);
    return state == CharTrie.DEAD ? null : trie.value(state);
  }

  private static int state(CharTrie trie, String key) {
    int state = CharTrie.ROOT;
    for (int i = 0; i < key.length() && state != CharTrie.DEAD; i++) {
      state = trie.next(state, key.charAt(i));
    }
    return state;
  }
}
