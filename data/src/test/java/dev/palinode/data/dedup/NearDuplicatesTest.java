package dev.palinode.data.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.data.dedup.NearDuplicates.Bands;
import dev.palinode.data.dedup.NearDuplicates.DuplicateMatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
  private static final String TEXT =
      IntStream.range(0, 60).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

  private final NearDuplicates duplicates = new NearDuplicates(NearDuplicates.STANDARD_THRESHOLD);

  @Test
  void sameWords_areAnExactDuplicateOfTheFirst() {
    assertThat(add(10, "One, two.")).isEmpty();
    assertThat(add(11, "three")).isEmpty();
    assertThat(add(12, "ONE TWO")).contains(new DuplicateMatch(10, 1, true));
    assertThat(add(13, "two one")).isEmpty();
  }

  @Test
  void oneChangedWord_isANearDuplicateWithExactSimilarity() {
    add(0, TEXT);
    assertThat(add(1, TEXT.replace("word30", "another")))
        .contains(new DuplicateMatch(0, 51.0 / 61, false));
    assertThat(add(2, TEXT.replace("word1 ", "x ").replace("word50", "y"))).isEmpty();
  }

  @Test
  void mostSimilar_isNamed() {
    add(0, TEXT.replace("word30 ", "x ").replace("word15 ", "y ").replace("word44 ", "z "));
    add(1, TEXT);
    assertThat(add(2, TEXT + " end").map(DuplicateMatch::position)).contains(1L);
  }

  @Test
  void textsWithoutWords_areNoDuplicates() {
    assertThat(add(0, "?")).isEmpty();
    assertThat(add(1, "?")).isEmpty();
  }

  @Test
  void positionBelowZero_isRefused() {
    assertThatThrownBy(() -> add(-1, "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("position is -1: expected 0 or more");
  }

  @Test
  void settingsOutOfRange_areRefused() {
    assertThatThrownBy(() -> new NearDuplicates(Double.NaN))
        .hasMessage("threshold is NaN: expected 0.3 to 1, usually 0.7 to 0.9");
  }

  @Property(tries = 300)
  void bandsOfAnyThreshold_findPairsAtIt(@ForAll @IntRange(min = 30, max = 100) int hundredths) {
    Bands bands = Bands.forThreshold(hundredths / 100.0);
    assertThat(bands.meeting(hundredths / 100.0)).isGreaterThanOrEqualTo(Bands.RECALL);
    assertThat(bands.rows() * bands.bands()).isLessThanOrEqualTo(Bands.SIGNATURE);
  }

  /** Compared with the exact similarity of every pair: 3,000 texts of 20 to 120 words. */
  @Test
  void findsOfManyTexts_areTrueAndNearlyAll() {
    List<String> texts = texts(3000, 20, 100);
    List<Set<String>> shingles = texts.stream().map(NearDuplicatesTest::shingles).toList();
    List<Integer> kept = new ArrayList<>();
    int[] counts = new int[2]; // pairs above the threshold: missed, found
    for (int i = 0; i < texts.size(); i++) {
      double best = best(shingles, kept, i);
      Optional<DuplicateMatch> match = add(i, texts.get(i));
      if (match.isPresent()) {
        int position = (int) match.get().position();
        assertThat(match.get().similarity())
            .isGreaterThanOrEqualTo(0.8)
            .isEqualTo(jaccard(shingles.get(position), shingles.get(i)));
      } else {
        kept.add(i);
      }
      if (best >= 0.8) {
        counts[match.isPresent() ? 1 : 0]++;
      }
    }
    assertThat(counts[1]).isGreaterThan(500);
    assertThat(counts[0]).isLessThanOrEqualTo(counts[1] / 100);
  }

  /** One of 50 words is another: 41 of 51 shingles in common, just above the threshold. */
  @Test
  void pairsAtTheThreshold_areFoundAsOftenAsStated() {
    SplittableRandom random = new SplittableRandom(11);
    int found = 0;
    for (int i = 0; i < 2000; i++) {
      String[] words = new String[50];
      Arrays.setAll(words, j -> InventedTexts.word(random, 12));
      add(2L * i, String.join(" ", words));
      words[4 + random.nextInt(42)] = "another";
      found += add(2L * i + 1, String.join(" ", words)).isPresent() ? 1 : 0;
    }
    assertThat(found / 2000.0).isGreaterThan(Bands.RECALL - 0.005);
  }

  @Test
  void sameTexts_giveTheSameFinds() {
    List<String> texts = texts(500, 5, 40);
    NearDuplicates other = new NearDuplicates(NearDuplicates.STANDARD_THRESHOLD);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(add(i, texts.get(i))).isEqualTo(other.add(i, Words.of(texts.get(i))));
    }
  }

  @Test
  void exactDuplicates_areFoundAmongMany() {
    for (int i = 0; i < 20_000; i++) {
      assertThat(add(i, "text number " + i)).isEmpty();
    }
    for (int i = 0; i < 20_000; i++) {
      assertThat(add(20_000 + i, "Text number: " + i)).contains(new DuplicateMatch(i, 1, true));
    }
  }

  private Optional<DuplicateMatch> add(long position, String text) {
    return duplicates.add(position, Words.of(text));
  }

  private static List<String> texts(int count, int least, int most) {
    SplittableRandom random = new SplittableRandom(3);
    List<String> vocabulary =
        IntStream.range(0, 2000)
            .mapToObj(i -> InventedTexts.word(random, 1 + random.nextInt(10)))
            .toList();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int words = least + random.nextInt(most);
      texts.add(
          i > 0 && random.nextInt(2) == 0
              ? InventedTexts.changed(
                  texts.get(random.nextInt(i)), random.nextInt(5), vocabulary, random)
              : InventedTexts.text(words, vocabulary, random));
    }
    return texts;
  }

  private static double best(List<Set<String>> shingles, List<Integer> kept, int text) {
    return kept.stream()
        .mapToDouble(each -> jaccard(shingles.get(each), shingles.get(text)))
        .max()
        .orElse(0);
  }

  private static Set<String> shingles(String text) {
    String[] words = text.toLowerCase(Locale.ROOT).split("[^a-z]+");
    Set<String> shingles = new HashSet<>();
    for (int i = 0; i + 5 <= words.length; i++) {
      shingles.add(String.join(" ", List.of(words).subList(i, i + 5)));
    }
    return shingles;
  }

  private static double jaccard(Set<String> one, Set<String> other) {
    long common = one.stream().filter(other::contains).count();
    return (double) common / (one.size() + other.size() - common);
  }
}
