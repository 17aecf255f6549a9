package dev.palinode.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.model.config.RopeScaling;
import dev.palinode.model.config.RotaryConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0           | 0       | 0 bytes",
        "999         | 999     | 999 bytes",
        "1000        | 1,000   | 1.0 kB",
        "9999        | 9,999   | 10.0 kB",
        "10000       | 10.0 K  | 10.0 kB",
        "999949      | 999.9 K | 999.9 kB",
        "999950      | 1.0 M   | 1.0 MB",
        "110104890   | 110.1 M | 110.1 MB",
        "8030261248  | 8.0 B   | 8.0 GB",
        "5000000000000000000 | 5000000.0 T | 5000000.0 TB",
      })
  void numbers(long number, String count, String bytes) {
    assertThat(Words.count(number)).isEqualTo(count);
    assertThat(Words.bytes(number)).isEqualTo(bytes);
  }

  @Test
  void windows() {
    assertThat(Words.windows(List.of(0, 0))).isEqualTo("every layer sees all positions");
    assertThat(Words.windows(List.of(4096, 4096)))
        .isEqualTo("a window of 4,096 positions in every layer");
    assertThat(Words.windows(List.of(12, 0, 12, 0)))
        .isEqualTo("a window of 12 positions in 2 of 4 layers");
  }

  @Test
  void rotary() {
    assertThat(Words.rotary(new RotaryConfig(10_000, 1, new RopeScaling.None())))
        .isEqualTo("rotary, base 10,000, not scaled");
    assertThat(rotary(new RopeScaling.Linear(2.5))).endsWith("positions divided by 2.5");
    assertThat(rotary(new RopeScaling.Llama3(8, 1, 4, 8192)))
        .endsWith("low frequencies stretched by 8 as in Llama 3, from a context of 8,192");
    assertThat(rotary(new RopeScaling.Yarn(4, 32_768, 32, 1, true, 1)))
        .endsWith("stretched by 4 as in YaRN, from a context of 32,768");
    assertThat(rotary(new RopeScaling.LongRope(List.of(1.0), List.of(2.0), 4096, 1)))
        .endsWith("as in LongRoPE, by other factors beyond a context of 4,096");
  }

  private static String rotary(RopeScaling scaling) {
    String words = Words.rotary(new RotaryConfig(500_000, 0.75, scaling));
    assertThat(words).startsWith("rotary, base 500,000, on 75% of each head, ");
    return words;
  }
}
