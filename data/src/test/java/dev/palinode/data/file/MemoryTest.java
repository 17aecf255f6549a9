package dev.palinode.data.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files much larger than the heap of the process that reads them. */
class MemoryTest {
  private static final int MILLION = 1 << 20;

  @TempDir private Path folder;

  @Test
  void lineLargerThanTheHeap_isABrokenRow_andTheOthersAreRead() throws Exception {
    Path file = folder.resolve("x.jsonl.gz");
    try (OutputStream out = gzip(file)) {
      out.write("{\"a\":1}\n{\"a\":\"".getBytes(UTF_8));
      write(out, "x".repeat(MILLION), 100);
      out.write("\"}\n{\"a\":2}\n".getBytes(UTF_8));
    }
    assertThat(readWithSmallHeap(file)).isEqualTo("2 rows, 1 broken, damage: null");
  }

  @ParameterizedTest
  @Tag("slow")
  @CsvSource(
      delimiter = '|',
      value = {
        "x.jsonl.gz | '' | '{\"s\":\"TEXT\"}\n' | '' | 300 rows, 0 broken, damage: null",
        "x.json.gz | '[1' | ',{\"s\":\"TEXT\"}' | ']' | 301 rows, 0 broken, damage: null",
        "x.csv.gz | 'a,b\n' | '1,TEXT\n' | '' | 300 rows, 0 broken, damage: null",
      })
  void file_largerThanTheHeap_isReadToItsEnd(
      String name, String before, String row, String after, String expected) throws Exception {
    Path file = folder.resolve(name);
    try (OutputStream out = gzip(file)) {
      out.write(before.getBytes(UTF_8));
      write(out, row.replace("TEXT", "x".repeat(MILLION)), 300);
      out.write(after.getBytes(UTF_8));
    }
    assertThat(readWithSmallHeap(file)).isEqualTo(expected);
  }

  @Test
  @Tag("slow")
  void parquet_largerThanTheHeap_isReadToItsEnd() throws Exception {
    Path file = folder.resolve("x.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT i, repeat(md5(i::VARCHAR), 30) AS s FROM range(300000) r(i)) TO '"
              + file
              + "' (FORMAT parquet)");
    }
    assertThat(readWithSmallHeap(file)).isEqualTo("300000 rows, 0 broken, damage: null");
  }

  private String readWithSmallHeap(Path file) throws IOException, InterruptedException {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CountingProcess.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    process.waitFor();
    return Files.readString(said).strip();
  }

  private static void write(OutputStream out, String text, int times) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    for (int i = 0; i < times; i++) {
      out.write(bytes);
    }
  }

  private static OutputStream gzip(Path file) throws IOException {
    return new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), 1 << 16);
  }
}
