package dev.palinode.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
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
        .hasMessage(file + ": not a sound gzip stream, as its name promises: Not in GZIP format");
  }

  @Test
  void open_missingFile_throws() {
    assertThatThrownBy(() -> values(folder.resolve("none.jsonl")))
        .isInstanceOf(NoSuchFileException.class);
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
        .hasMessageContaining("line 3: not a sound gzip stream");
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
    assertThat(e.line()).isEqualTo(4);
    assertThat(e.file()).isEqualTo(file);
    assertThat(e).hasMessageStartingWith(file + ", line 4: not JSON at column ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "3", "\"x\"", "null", "true"})
  void next_otherThanAnObject_isRefused(String json) throws IOException {
    Path file = file("x.jsonl", json.getBytes(UTF_8));
    assertThatThrownBy(() -> values(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ", line 1: expected a JSON object, found ");
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
    try (JsonLines rows = JsonLines.open(file, 10)) {
      assertThat(rows.next()).isEmpty();
      assertThat(rows.next()).hasSize(1);
      assertThat(rows.next()).isNull();
    }
    try (JsonLines rows = JsonLines.open(file, 9)) {
      assertThat(rows.next()).isEmpty();
      assertThatThrownBy(rows::next)
          .isInstanceOf(DataException.class)
          .hasMessage(file + ", line 2: longer than 9 bytes; expected one JSON object per line");
    }
  }

  @Test
  void next_endlessLine_stopsAtTheDefaultLimit() throws IOException {
    Path file = file("x.jsonl.gz", gzip(" ".repeat(JsonLines.DEFAULT_MAX_LINE_BYTES + 1)));
    assertThatThrownBy(() -> values(file)).hasMessageContaining("longer than 16,777,216 bytes");
  }

  @Test
  void string_missingOrOfAnotherType_namesFieldAndWhatIsThere() throws IOException {
    Path file = file("x.jsonl", "{\"a\":3,\"b\":null}\n{}\n".getBytes(UTF_8));
    try (JsonLines rows = JsonLines.open(file)) {
      ObjectNode first = requireNonNull(rows.next());
      assertThatThrownBy(() -> rows.string(first, "a"))
          .hasMessage(file + ", line 1: field \"a\" is a number; expected a string");
      assertThatThrownBy(() -> rows.string(first, "b")).hasMessageContaining("is null");
      assertThatThrownBy(() -> rows.string(first, "c"))
          .hasMessage(file + ", line 1: no field \"c\"; found a, b");
      ObjectNode second = requireNonNull(rows.next());
      assertThatThrownBy(() -> rows.string(second, "a"))
          .hasMessage(file + ", line 2: no field \"a\"; found no fields");
    }
  }

  private static List<String> values(Path file) throws IOException {
    List<String> values = new ArrayList<>();
    try (JsonLines rows = JsonLines.open(file)) {
      for (ObjectNode row = rows.next(); row != null; row = rows.next()) {
        values.add(rows.string(row, "a"));
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
