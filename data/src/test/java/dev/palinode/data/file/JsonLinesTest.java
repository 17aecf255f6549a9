package dev.palinode.data.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLinesTest {
  private static final String GOOD = "{\"a\":\"first\"}\n{\"a\":\"zwölf 🦆\"}\n";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void next_plainAndGzipped_giveTheSameObjects() throws IOException {
    assertThat(values(file("x.jsonl", GOOD.getBytes(UTF_8)))).containsExactly("first", "zwölf 🦆");
    assertThat(values(file("x.jsonl.gz", gzip(GOOD)))).containsExactly("first", "zwölf 🦆");
  }

  @Test
  void next_windowsLineEndsBlankLinesAndNoFinalLineEnd_areAccepted() throws IOException {
    Path file = file("x.jsonl", "{\"a\":\"1\"}\r\n\r\n  \n{\"a\":\"2\"}".getBytes(UTF_8));
    assertThat(values(file)).containsExactly("1", "2");
  }

  @Test
  void next_gzipOfTwoMembers_givesBoth() throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(gzip("{\"a\":\"1\"}\n"));
    both.write(gzip("{\"a\":\"2\"}\n"));
    assertThat(values(file("x.jsonl.gz", both.toByteArray()))).containsExactly("1", "2");
  }

  @Test
  void next_lineAcrossBuffers_isWhole() throws IOException {
    String value = "ä🦆".repeat(40_000); // 240,000 bytes, so characters straddle the buffer's end
    String row = "{\"a\":\"" + value + "\"}\n";
    assertThat(values(file("x.jsonl", (row + row).getBytes(UTF_8)))).containsExactly(value, value);
  }

  @Test
  void next_emptyFile_hasNoObjects() throws IOException {
    assertThat(values(file("x.jsonl", new byte[0]))).isEmpty();
  }

  @Test
  void open_emptyGzip_isTruncated() throws IOException {
    Path file = file("x.jsonl.gz", new byte[0]);
    assertThatThrownBy(() -> values(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": the gzip stream ends too early; the file is truncated");
  }

  @Test
  void open_plainTextNamedGzip_saysSo() throws IOException {
    Path file = file("x.jsonl.gz", GOOD.getBytes(UTF_8));
    assertThatThrownBy(() -> values(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": not a valid gzip stream: Not in GZIP format");
  }

  @Test
  void open_missingFile_throws() {
    Path file = folder.resolve("none.jsonl");
    assertThatThrownBy(() -> values(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": there is no such file");
  }

  @Test
  void next_everyTruncationOfAGzip_isAnErrorAndNeverAShorterFile() throws IOException {
    byte[] whole = gzip(GOOD);
    for (int length = 0; length < whole.length; length++) {
      Path file = file("cut.jsonl.gz", Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> values(file))
          .as("first %d of %d bytes", length, whole.length)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining("truncated");
    }
  }

  @Test
  void next_gzipWithADamagedChecksum_isAnError() throws IOException {
    byte[] bytes = gzip(GOOD);
    bytes[bytes.length - 8] ^= 1;
    assertThatThrownBy(() -> values(file("x.jsonl.gz", bytes)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 3: not a valid gzip stream");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"x\"", // cut off
        "{\"a\":\"x\"} {}", // two values
        "{\"a\":\"x\",\"a\":\"y\"}", // one key twice
        "{\"a\":\"x\"\0}",
        "\0\0\0\0",
        "{'a':'x'}",
        "{\"a\":NaN}",
      })
  void next_brokenJson_namesFileAndLine(String broken) throws IOException {
    Path file = file("x.jsonl", (GOOD + "\n" + broken + "\n" + GOOD).getBytes(UTF_8));
    DataException e = catchThrowableOfType(DataException.class, () -> values(file));
    assertThat(e.place()).isEqualTo(SourceLocation.line(file, 4));
    assertThat(e).hasMessageStartingWith(file + ", line 4: not JSON at column ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "3", "\"x\"", "null", "true"})
  void next_otherThanAnObject_isARow(String json) throws IOException {
    try (Rows rows = new JsonLines(file("x.jsonl", json.getBytes(UTF_8)))) {
      assertThat(rows.next().value()).hasToString(json);
      assertThat(rows.next()).isNull();
    }
  }

  @Test
  void next_behindABrokenRow_goesOn() throws IOException {
    Path file = file("x.jsonl", "{\"a\":1}\n{\"a\":\n\u00ff\n{\"a\":2}\n".getBytes(ISO_8859_1));
    try (Rows rows = new JsonLines(file)) {
      assertThat(rows.next()).isNotNull();
      BrokenRowException cut = catchThrowableOfType(BrokenRowException.class, rows::next);
      assertThat(cut.text()).isEqualTo("{\"a\":");
      assertThat(cut.place().number()).isEqualTo(2);
      assertThatThrownBy(rows::next)
          .hasMessage(file + ", line 3: not UTF-8: byte 1 of the line is 0xFF");
      assertThat(rows.next().place()).hasToString(file + ", line 4");
      assertThat(rows.next()).isNull();
    }
  }

  @Test
  void next_longLine_isSkippedAndItsBeginningKept() throws IOException {
    String row = "{\"a\":\"1\"}\n";
    String text = row + "x".repeat(300_000) + "\n" + row + "y".repeat(5_000) + "\r\n" + row;
    try (Rows rows = new JsonLines(file("x.jsonl", text.getBytes(UTF_8)), 4_500)) {
      assertThat(rows.next()).isNotNull();
      BrokenRowException first = catchThrowableOfType(BrokenRowException.class, rows::next);
      assertThat(first).hasMessageContaining("line 2: longer than 4,500 bytes");
      assertThat(first.text()).isEqualTo("x".repeat(BrokenRowException.KEPT_CHARACTERS));
      assertThat(rows.next().place().number()).isEqualTo(3);
      BrokenRowException second = catchThrowableOfType(BrokenRowException.class, rows::next);
      assertThat(second.text()).isEqualTo("y".repeat(BrokenRowException.KEPT_CHARACTERS));
      assertThat(rows.next().place().number()).isEqualTo(5);
      assertThat(rows.next()).isNull();
    }
  }

  @Property(tries = 200)
  void lines_ofAnyLengths_areThoseOfTheText(
      @ForAll List<@IntRange(max = 70_000) Integer> lengths, @ForAll boolean endsWithLineEnd)
      throws IOException {
    StringBuilder text = new StringBuilder();
    List<Integer> expected = new ArrayList<>();
    for (int length : lengths) {
      String filling = (length % 3 == 0 ? "\u00e4" : "a").repeat(length / 2);
      text.append('"').append(filling).append('"').append(length % 5 == 0 ? "\r\n" : "\n");
      expected.add(filling.length());
    }
    if (!endsWithLineEnd && text.length() > 0) {
      text.setLength(text.length() - 1);
    }
    Path file = Files.createTempFile("lines", ".jsonl");
    try {
      List<Integer> found = new ArrayList<>();
      try (Rows rows = new JsonLines(Files.writeString(file, text))) {
        for (Row row = rows.next(); row != null; row = rows.next()) {
          found.add(row.value().textValue().length());
        }
      }
      assertThat(found).isEqualTo(expected);
    } finally {
      Files.delete(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c080", "eda080", "f4908080", "f8888080", "c3", "e282", "80"})
  void next_bytesThatOnlyLookLikeUtf8_areRefused(String hex) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("{\"a\":\"".getBytes(UTF_8));
    bytes.write(HexFormat.of().parseHex(hex));
    bytes.write("\"}".getBytes(UTF_8));
    assertThatThrownBy(() -> values(file("x.jsonl", bytes.toByteArray())))
        .isInstanceOf(BrokenRowException.class)
        .hasMessageContaining("line 1: not UTF-8: byte 7 of the line");
  }

  @Test
  void next_surrogatePairEscapedInANameOrText_isItsCharacter() throws IOException {
    Path file = file("x.jsonl", "{\"\\ud83e\\udd86\":\"\\ud83e\\udd86\"}".getBytes(UTF_8));
    try (Rows rows = new JsonLines(file)) {
      assertThat(rows.next().value().path("🦆").asText()).isEqualTo("🦆");
    }
  }

  @Test
  void next_deepNesting_isABrokenRow() throws IOException {
    Path file = file("x.jsonl", ("[".repeat(100_000) + "\n" + GOOD).getBytes(UTF_8));
    try (Rows rows = new JsonLines(file)) {
      assertThatThrownBy(rows::next)
          .isInstanceOf(BrokenRowException.class)
          .hasMessageContaining("nesting");
      assertThat(rows.next()).isNotNull();
    }
  }

  @Test
  void next_invalidUtf8_namesTheByte() throws IOException {
    Path file = file("x.jsonl", GOOD.replace("🦆", "?").getBytes(ISO_8859_1));
    assertThatThrownBy(() -> values(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ", line 2: not UTF-8: byte 9 of the line is 0xF6");
  }

  @Test
  void next_characterCutOffAtTheEnd_isInvalidUtf8() throws IOException {
    byte[] whole = "{\"a\":\"ä".getBytes(UTF_8);
    Path file = file("x.jsonl", Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> values(file)).hasMessageContaining("line 1: not UTF-8: byte 7");
  }

  @Test
  void next_lineAtTheLimit_passesAndOneByteMoreFails() throws IOException {
    Path file = file("x.jsonl", "{}\n{\"a\":\"xx\"}\n".getBytes(UTF_8));
    try (Rows rows = new JsonLines(file, 10)) {
      assertThat(rows.next().value()).isEmpty();
      assertThat(rows.next().value()).hasSize(1);
      assertThat(rows.next()).isNull();
    }
    try (Rows rows = new JsonLines(file, 9)) {
      assertThat(rows.next().value()).isEmpty();
      assertThatThrownBy(rows::next)
          .isInstanceOf(DataException.class)
          .hasMessage(file + ", line 2: longer than 9 bytes; expected one JSON value");
    }
  }

  @Test
  void next_endlessLine_stopsAtTheDefaultLimit() throws IOException {
    Path file = file("x.jsonl.gz", gzip(" ".repeat(JsonLines.DEFAULT_MAX_LINE_BYTES + 1)));
    assertThatThrownBy(() -> values(file)).hasMessageContaining("longer than 16,777,216 bytes");
  }

  private static List<String> values(Path file) throws IOException {
    List<String> values = new ArrayList<>();
    try (Rows rows = new JsonLines(file)) {
      for (Row row = rows.next(); row != null; row = rows.next()) {
        values.add(row.value().path("a").asText());
      }
    }
    return values;
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
