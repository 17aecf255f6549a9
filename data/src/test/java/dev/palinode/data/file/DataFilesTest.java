package dev.palinode.data.file;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.github.luben.zstd.Zstd;
import dev.palinode.data.record.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by their names, compressed and damaged. */
class DataFilesTest {
  private static final int ROWS = 10_000;

  /** Text that does not compress to nothing, so that a cut falls somewhere within. */
  private static final String JSON_LINES =
      IntStream.range(0, ROWS)
          .mapToObj(
              i -> "{\"i\":" + i + ",\"s\":\"" + Integer.toHexString(i * 0x9E3779B1) + "\"}\n")
          .collect(Collectors.joining());

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "x.jsonl, '{\"a\":\"1\"}\n'",
    "x.NDJSON, '{\"a\":\"1\"}\n'",
    "x.json, '[{\"a\":\"1\"}]'",
    "x.csv, 'a\n1\n'",
    "x.tsv, 'a\n1\n'",
  })
  void everyKind_isReadPlainAndPacked(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    for (Path file :
        List.of(
            write(name, bytes),
            write(name + ".gz", gzip(bytes)),
            write(name + ".zst", Zstd.compress(bytes)))) {
      assertThat(ReadThrough.of(file).values()).containsExactly("{\"a\":\"1\"}");
      assertThat(DataFiles.knows(file)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.txt", "x", "x.parquet.gz", "jsonl", "x.zip", "x.gz"})
  void otherNames_areRefused(String name) throws IOException {
    Path file = write(name, new byte[0]);
    assertThat(DataFiles.knows(file)).isFalse();
    assertThatThrownBy(() -> DataFiles.open(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": cannot be read by its name; expected " + DataFiles.KINDS);
  }

  @Test
  void content_thatIsNotWhatTheNameSays_isRefused() throws IOException {
    byte[] text = "{\"a\":1}\n".getBytes(UTF_8);
    assertThat(problem(write("a.jsonl", gzip(text))))
        .contains("is compressed with gzip, which its name");
    assertThat(problem(write("b.csv", Zstd.compress(text)))).contains("is compressed with zstd");
    assertThat(problem(write("c.jsonl.gz", text))).contains("not a valid gzip stream");
    assertThat(problem(write("d.jsonl.zst", text))).contains("not a valid zstd stream");
    assertThat(problem(write("e.jsonl.zst", gzip(text)))).contains("not a valid zstd stream");
    assertThat(problem(write("f.json", "\uFEFF[]".getBytes(UTF_16LE)))).contains("is UTF-16");
    assertThat(problem(write("g.csv", "\uFEFFa".getBytes(UTF_16BE)))).contains("is UTF-16");
    assertThat(problem(write("h.csv", new byte[] {'P', 'K', 3, 4, 0}))).contains("zip archive");
    assertThat(problem(write("i.jsonl.zst", new byte[0]))).contains("truncated");
    assertThat(problem(write("j.csv.gz", new byte[0]))).contains("truncated");
  }

  @Test
  void utf16WithoutAMark_breaksEveryLine() throws IOException {
    ReadThrough read = ReadThrough.of(write("x.jsonl", "{}\n{}\n".getBytes(UTF_16LE)));
    assertThat(read.rows()).isEmpty();
    assertThat(read.problems())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(each -> each.contains("NUL"));
  }

  @Test
  void missingFile_folderAndForbiddenFile_areTold() throws IOException {
    assertThat(problem(folder.resolve("none.csv"))).contains("there is no such file");
    assertThat(problem(Files.createDirectory(folder.resolve("x.json")))).contains("is a folder");
    Path file = write("secret.jsonl", new byte[0]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "whoever runs this may read everything");
    assertThat(problem(file)).contains("permission denied");
  }

  @Test
  void folder_standsForItsDataFiles_sortedAndWithoutHiddenOnes() throws IOException {
    for (String name :
        List.of(
            "b.csv",
            "a.jsonl.gz",
            "c/d.parquet",
            "c/.e.csv",
            ".f/g.csv",
            "README.md",
            "out.jsonl.manifest.json",
            "out.jsonl.rejected.jsonl")) {
      Path file = folder.resolve("in").resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
    Path in = folder.resolve("in");
    assertThat(DataFiles.in(in))
        .containsExactly(in.resolve("a.jsonl.gz"), in.resolve("b.csv"), in.resolve("c/d.parquet"));
    assertThat(DataFiles.in(in.resolve("b.csv"))).containsExactly(in.resolve("b.csv"));
    Path none = Files.createDirectory(folder.resolve("none"));
    assertThatThrownBy(() -> DataFiles.in(none))
        .hasMessageContaining("no data files in this folder");
    assertThatThrownBy(() -> DataFiles.in(folder.resolve("nowhere")))
        .hasMessageContaining("there is no such file");
  }

  @Test
  void links_areFollowed_toFoldersAndFiles() throws IOException {
    Path real = Files.createDirectories(folder.resolve("real/deep"));
    Files.createFile(real.resolve("a.csv"));
    Path in = Files.createDirectory(folder.resolve("in"));
    Files.createSymbolicLink(in.resolve("more"), folder.resolve("real"));
    Files.createSymbolicLink(in.resolve("b.csv"), real.resolve("a.csv"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), in);

    assertThat(DataFiles.in(link))
        .containsExactly(link.resolve("b.csv"), link.resolve("more/deep/a.csv"));
  }

  @Test
  void linksThatLeadNowhereOrInACircle_areTold() throws IOException {
    Path in = Files.createDirectories(folder.resolve("in/deep")).getParent();
    Files.createFile(in.resolve("a.csv"));
    Path nowhere = Files.createSymbolicLink(in.resolve("b.csv"), folder.resolve("none"));
    assertThatThrownBy(() -> DataFiles.in(in))
        .isInstanceOf(DataException.class)
        .hasMessage(nowhere + ": a link to what is not there");
    Files.delete(nowhere);
    Path circle = Files.createSymbolicLink(in.resolve("deep/up"), in);
    assertThatThrownBy(() -> DataFiles.in(in))
        .isInstanceOf(DataException.class)
        .hasMessage(circle + ": a link to a folder that it lies in; expected no circle of links");
  }

  @Property(tries = 30)
  void truncatedGzip_givesAllRowsBefore_andIsTold(@ForAll @IntRange(min = 0, max = 999) int place)
      throws IOException {
    truncated(".gz", gzip(JSON_LINES.getBytes(UTF_8)), place);
  }

  @Property(tries = 30)
  void truncatedZstd_givesAllRowsBefore_andIsTold(@ForAll @IntRange(min = 0, max = 999) int place)
      throws IOException {
    truncated(".zst", Zstd.compress(JSON_LINES.getBytes(UTF_8)), place);
  }

  private static void truncated(String suffix, byte[] whole, int place) throws IOException {
    int length = (int) ((long) whole.length * place / 1000);
    Path file = Files.createTempFile("cut", ".jsonl" + suffix);
    try {
      ReadThrough read = ReadThrough.of(Files.write(file, Arrays.copyOf(whole, length)));
      assertThat(read.damage()).contains("stream ends too early; the file is truncated");
      assertThat(read.problems()).isEmpty();
      for (int i = 0; i < read.rows().size(); i++) {
        assertThat(read.rows().get(i).value().path("i").intValue()).isEqualTo(i);
      }
      // A block of up to 128 kB, and the code tables before it, can be lost with its end.
      double lost = ROWS * (place / 1000.0) - read.rows().size();
      assertThat(lost).isLessThan(ROWS * 160_000.0 / JSON_LINES.length());
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 40)
  void flippedByte_neverGivesAnotherRowInSilence(
      @ForAll @IntRange(min = 0, max = 9_999) int place,
      @ForAll @IntRange(min = 0, max = 7) int bit)
      throws IOException {
    byte[] compressed = gzip(JSON_LINES.getBytes(UTF_8));
    compressed[(int) ((long) compressed.length * place / 10_000)] ^= (byte) (1 << bit);
    Path file = Files.createTempFile("flipped", ".jsonl.gz");
    try {
      ReadThrough read = ReadThrough.of(Files.write(file, compressed));
      // A flip in the header (time, name) changes nothing; any other is noticed at the end.
      boolean whole = read.rows().size() == ROWS && read.problems().isEmpty();
      assertThat(read.damage() != null || whole).isTrue();
    } finally {
      Files.delete(file);
    }
  }

  private static String problem(Path file) throws IOException {
    return ReadThrough.of(file).damage();
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] gzip(byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text);
    }
    return bytes.toByteArray();
  }
}
