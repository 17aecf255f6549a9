package dev.palinode.data.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class KeyTableTest {
  @Property
  void itIsAMap_inWhichTheFirstValueStands(
      @ForAll List<@IntRange(min = -3, max = 3) Integer> highs) {
    KeyTable table = new KeyTable();
    Map<ContentKey, Long> expected = new HashMap<>();
    for (int place = 0; place < highs.size(); place++) {
      ContentKey key = new ContentKey(highs.get(place), highs.get(place) % 2);
      table.add(key, place);
      expected.putIfAbsent(key, (long) place);
    }

    assertThat(table.size()).isEqualTo(expected.size());
    expected.forEach((key, place) -> assertThat(table.place(key)).isEqualTo(place));
    assertThat(table.place(new ContentKey(4, 0))).isEqualTo(KeyTable.ABSENT);
  }

  @Example
  void itGrows() {
    KeyTable table = new KeyTable();
    for (int i = 0; i < 100_000; i++) {
      table.add(new ContentKey(i * 0x9E3779B97F4A7C15L, i), i);
    }

    assertThat(table.size()).isEqualTo(100_000);
    for (int i = 0; i < 100_000; i++) {
      assertThat(table.place(new ContentKey(i * 0x9E3779B97F4A7C15L, i))).isEqualTo(i);
    }
  }
}
