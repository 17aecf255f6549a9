package dev.palinode.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.jinja.Types.None;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlicesTest {
  /** Integers around the ends of short sequences, very large ones, and none. */
  @Provide
  Arbitrary<Object> bounds() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(-9, 9).map(i -> (Object) (long) i),
        Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE, -4_000_000_000L, 4_000_000_000L),
        Arbitraries.just(None.NONE));
  }

  @Property
  void indices_asTheReferenceSays(
      @ForAll @IntRange(max = 7) int length,
      @ForAll("bounds") Object start,
      @ForAll("bounds") Object stop,
      @ForAll("bounds") Object step) {
    if (!step.equals(0L)) {
      assertThat(Slices.indices(length, start, stop, step))
          .isEqualTo(reference(length, start, stop, step));
    }
  }

  /**
   * Python's rule, place by place: going from one end to the other, every {@code step}th place from
   * the first that is not before the start, as long as it is before the stop.
   */
  private static List<Integer> reference(int length, Object start, Object stop, Object step) {
    boolean isBackward = step instanceof Long number && number < 0;
    List<Integer> taken = new ArrayList<>();
    long stride = step instanceof Long number ? Math.abs(Math.max(number, -Long.MAX_VALUE)) : 1;
    long since = 0;
    for (int i = 0; i < length; i++) {
      int place = isBackward ? length - 1 - i : i;
      boolean isBeforeStart =
          start instanceof Long bound
              && (isBackward ? place > fromFront(bound, length) : place < fromFront(bound, length));
      boolean isBeforeStop =
          !(stop instanceof Long bound)
              || (isBackward ? place > fromFront(bound, length) : place < fromFront(bound, length));
      if (!isBeforeStart && isBeforeStop) {
        if (since % stride == 0) {
          taken.add(place);
        }
        since++;
      }
    }
    return taken;
  }

  private static long fromFront(long bound, int length) {
    return bound < 0 ? bound + length : bound;
  }

  @Property
  void slice_ofAString_isOfItsCodePoints(
      @ForAll String text, @ForAll("bounds") Object start, @ForAll("bounds") Object stop) {
    List<Object> characters =
        text.codePoints().<Object>mapToObj(c -> new String(Character.toChars(c))).toList();
    List<?> expected = (List<?>) Slices.slice(characters, start, stop, -1L);

    assertThat(Slices.slice(text, start, stop, -1L))
        .isEqualTo(String.join("", expected.stream().map(Object::toString).toList()));
  }

  @Property
  void slice_twiceBackwards_isTheText(@ForAll String text) {
    // turned round, two lone surrogates may become a pair
    Assume.that(text.codePoints().allMatch(c -> Character.getType(c) != Character.SURROGATE));
    assertThat(render("{{ t[::-1][::-1] }}", text)).isEqualTo(render("{{ t }}", text));
  }

  @Test
  void slice_stepOfZero_orNoInteger_isRefused() {
    assertThatThrownBy(() -> render("{{ t[::0] }}", "abc"))
        .isInstanceOf(TemplateException.class)
        .hasMessage("line 1: a slice's step must not be 0");
    assertThatThrownBy(() -> render("{{ t['a':] }}", "abc"))
        .hasMessage("line 1: a slice's start must be an integer, got str");
  }

  private static String render(String template, String text) {
    return new JinjaTemplate(template, Clock.system(ZoneOffset.UTC)).render(Map.of("t", text));
  }
}
