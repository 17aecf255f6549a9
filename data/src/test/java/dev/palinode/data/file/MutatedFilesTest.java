package dev.palinode.data.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Good files that something happened to: every trouble is told, and what is good is read. */
class MutatedFilesTest {
  private static final Map<String, String> GOOD =
      Map.of(
          ".jsonl",
              "{\"a\":\"1\",\"b\":[\"x\"]}\n{\"a\":\"2\",\"b\":[]}\n{\"a\":\"3\",\"b\":[\"ü🦆\"]}\n",
          ".json",
              "[{\"a\":\"1\",\"b\":[\"x\"]},\n{\"a\":\"2\",\"b\":[]},\n{\"a\":\"3\",\"b\":[\"ü🦆\"]}]\n",
          ".csv", "a,b\n1,x\n2,\"y, \"\"\nz\"\n3,ü🦆\n",
          ".tsv", "a\tb\n1\tx\n2\t\"y \"\"\nz\"\n3\tü🦆\n");

  /** Bytes that mean something to one reader or another, or are no UTF-8. */
  private static final List<byte[]> PIECES =
      List.of(
          new byte[0],
          new byte[] {0},
          new byte[] {(byte) 0xFF},
          new byte[] {(byte) 0xC3},
          new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
          new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
          new byte[] {(byte) 0x1F, (byte) 0x8B},
          "\"".getBytes(UTF_8),
          "\n".getBytes(UTF_8),
          "\r".getBytes(UTF_8),
          ",".getBytes(UTF_8),
          "\t".getBytes(UTF_8),
          "{".getBytes(UTF_8),
          "]}".getBytes(UTF_8),
          "[".repeat(3000).getBytes(UTF_8),
          "9".repeat(5000).getBytes(UTF_8),
          "1e999999999".getBytes(UTF_8),
          "\\ud800".getBytes(UTF_8),
          "\uFFFE\uFFFF".getBytes(UTF_8));

  /**
   * A place in a file, in thousandths; which piece is put there, and how many bytes it replaces.
   */
  record Mutation(int place, int chosen, int replaced) {
    byte[] of(byte[] whole) {
      byte[] piece = PIECES.get(chosen);
      int from = whole.length * place / 1000;
      int to = Math.min(whole.length, from + replaced);
      byte[] mutated = Arrays.copyOf(whole, from + piece.length + whole.length - to);
      System.arraycopy(piece, 0, mutated, from, piece.length);
      System.arraycopy(whole, to, mutated, from + piece.length, whole.length - to);
      return mutated;
    }
  }

  @Property(tries = 1500)
  void mutatedFile_isReadOrTold_andGoodRowsBeforeStay(
      @ForAll("kinds") String kind, @ForAll("mutations") List<Mutation> mutations)
      throws IOException {
    byte[] good = GOOD.get(kind).getBytes(UTF_8);
    byte[] bytes = good;
    for (Mutation each : mutations) {
      bytes = each.of(bytes);
    }
    Path file = Files.createTempFile("mutated", kind);
    try {
      List<String> expected = ReadThrough.of(Files.write(file, good)).values();
      ReadThrough read = ReadThrough.of(Files.write(file, bytes)); // nothing but what is told
      int same = Arrays.mismatch(good, bytes);
      long before = same < 0 ? 3 : wholeRows(kind, good, same);
      boolean opened = same < 0 || same >= 4; // or else it may be taken for another kind of file
      if (opened) {
        assertThat(read.values()).hasSizeGreaterThanOrEqualTo((int) before);
        assertThat(read.values().subList(0, (int) before))
            .isEqualTo(expected.subList(0, (int) before));
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Rows that end well before that byte; those of the JSON list on lines of their own, too. */
  private static long wholeRows(String kind, byte[] good, int bytes) {
    String text = new String(good, 0, bytes, UTF_8);
    long lines = text.chars().filter(each -> each == '\n').count();
    if (kind.equals(".csv") || kind.equals(".tsv")) {
      return lines < 2 ? 0 : lines < 4 ? 1 : lines - 2; // a header, and a row on two lines
    }
    return kind.equals(".json") && lines == 3 ? 3 : lines;
  }

  @Provide
  Arbitrary<String> kinds() {
    return Arbitraries.of(".jsonl", ".json", ".csv", ".tsv");
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 1000),
            Arbitraries.integers().between(0, PIECES.size() - 1),
            Arbitraries.integers().between(0, 30))
        .as(Mutation::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }
}
