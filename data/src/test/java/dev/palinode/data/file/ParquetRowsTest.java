package dev.palinode.data.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRowsTest {
  @TempDir private Path folder;

  @Test
  void rows_areObjects_nestedAsTheyAre() throws Exception {
    Path file =
        write(
            "x.parquet",
            "SELECT 7 AS t, 'h\u00e4\nx' AS s, [{'role': 'user', 'content': 'hi'}] AS messages,"
                + " MAP {'k': [1.5]} AS m, NULL::VARCHAR AS n, 1.25::DECIMAL(9, 2) AS d,"
                + " DATE '2020-01-02' AS day, true AS yes, ''::VARCHAR AS empty");
    ReadThrough read = ReadThrough.of(file);
    assertThat(read.values())
        .containsExactly(
            "{\"t\":7,\"s\":\"h\u00e4\\nx\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"m\":{\"k\":[1.5]},\"n\":null,\"d\":1.25,\"day\":\"2020-01-02\",\"yes\":true,\"empty\":\"\"}");
    assertThat(read.rows().get(0).place()).isEqualTo(SourceLocation.record(file, 1));
  }

  @Test
  void manyRows_comeInTheirOrder() throws Exception {
    Path file = write("x.parquet", "SELECT i FROM range(300000) r(i)");
    long expected = 0;
    try (Rows rows = DataFiles.open(file)) {
      for (Row row = rows.next(); row != null; row = rows.next()) {
        assertThat(row.value().path("i").longValue()).isEqualTo(expected++);
      }
    }
    assertThat(expected).isEqualTo(300_000);
  }

  @Test
  void name_isNoPattern() throws Exception {
    write("a1.parquet", "SELECT 1 AS i");
    Path file = write("a[1]*'?.parquet", "SELECT 2 AS i");
    assertThat(ReadThrough.of(file).values()).containsExactly("{\"i\":2}");
  }

  @Test
  void folderNamesWithEquals_areNoColumns() throws Exception {
    Files.createDirectory(folder.resolve("part=3"));
    assertThat(ReadThrough.of(write("part=3/x.parquet", "SELECT 1 AS i")).values())
        .containsExactly("{\"i\":1}");
  }

  @Test
  void damagedFile_isToldBehindTheGoodRows() throws Exception {
    Path whole = write("x.parquet", "SELECT i, md5(i::VARCHAR) AS s FROM range(300000) r(i)");
    byte[] bytes = Files.readAllBytes(whole);
    byte[] damaged = bytes.clone();
    Arrays.fill(damaged, bytes.length / 2, bytes.length / 2 + 100_000, (byte) 0x5A);
    ReadThrough read = ReadThrough.of(Files.write(folder.resolve("y.parquet"), damaged));
    assertThat(read.damage()).contains("not a valid Parquet file: ");
    assertThat(read.rows()).hasSizeGreaterThan(50_000);
    for (int i = 0; i < read.rows().size(); i += 1000) {
      assertThat(read.rows().get(i).value().path("i").intValue()).isEqualTo(i);
    }
  }

  @Test
  void truncatedOrForeignFile_isRefused() throws Exception {
    byte[] bytes = Files.readAllBytes(write("x.parquet", "SELECT 1 AS i"));
    for (int length = 0; length < bytes.length; length += 7) {
      Path file = Files.write(folder.resolve("y.parquet"), Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> DataFiles.open(file))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file + ": not a valid Parquet file: ");
    }
    Path text = Files.writeString(folder.resolve("z.parquet"), "{\"a\":1}\n".repeat(10), UTF_8);
    assertThatThrownBy(() -> DataFiles.open(text)).hasMessageContaining("not a valid Parquet file");
    Path named = Files.write(folder.resolve("z.jsonl"), bytes);
    assertThatThrownBy(() -> DataFiles.open(named))
        .hasMessageContaining("rename it to end in .parquet");
  }

  private Path write(String name, String query) throws SQLException, IOException {
    Path file = folder.resolve(name);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000)"
              .formatted(query, file.toString().replace("'", "''")));
    }
    return file;
  }
}
