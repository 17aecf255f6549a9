package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Reader of Parquet files: each row as a JSON object. Lists stay lists, structs and maps become
 * objects, decimals numbers, and times text.
 *
 * <p>DuckDB reads the file, on one thread and with bounded memory, and writes each row as JSON. It
 * may open only this file, writes no files, stores no settings and loads no extensions. Damage is
 * detected when decoding fails; up to 2,048 good rows before it are lost. Checksums are not
 * verified, so a changed byte within a text can go undetected.
 */
final class ParquetRows implements Rows {
  private final Path file;
  private final JsonMapper mapper = JsonValues.mapper(JsonLines.DEFAULT_MAX_LINE_BYTES);
  private final Connection connection;
  private final Statement statement;
  private final ResultSet rows;

  private final long stated; // number of records by the file's metadata
  private long number;

  ParquetRows(Path file) throws IOException {
    this.file = file;
    DataFiles.requireReadable(file);
    try {
      this.connection = DriverManager.getConnection("jdbc:duckdb:", settings());
    } catch (SQLException e) {
      throw damage(e);
    }
    try {
      this.statement = connection.createStatement();
      String name = "'" + file.toAbsolutePath().toString().replace("'", "''") + "'";
      statement.execute("SET allowed_paths = [" + name + "]");
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      this.stated = statedRows(name);
      this.rows =
          statement.executeQuery(
              "SELECT to_json(\"the whole row\")::VARCHAR FROM read_parquet("
                  + name
                  + ", hive_partitioning = false) AS \"the whole row\"");
    } catch (SQLException e) {
      DataException problem = damage(e);
      try {
        connection.close();
      } catch (SQLException second) {
        problem.addSuppressed(second);
      }
      throw problem;
    }
  }

  @Override
  public double share() {
    return stated == 0 ? 1 : (double) number / stated;
  }

  @Override
  public @Nullable Row next() throws IOException {
    String json;
    try {
      if (!rows.next()) {
        checkComplete();
        return null;
      }
      number++;
      json = rows.getString(1);
    } catch (SQLException e) {
      throw damage(e);
    }
    SourceLocation place = SourceLocation.record(file, number);
    try {
      return new Row(place, mapper.readTree(json));
    } catch (JsonProcessingException e) {
      throw new BrokenRowException(place, JsonValues.problem(e, false), json, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException(file + ": cannot be closed: " + firstLine(e), e);
    }
  }

  /** DuckDB's driver ends a streamed result at damage without an error, so rows are counted. */
  private void checkComplete() throws DataException {
    if (number != stated) {
      throw new DataException(
          SourceLocation.record(file, number + 1),
          String.format(
              Locale.ROOT,
              "not a valid Parquet file: it ends here, but says that it has %,d records",
              stated),
          null);
    }
  }

  private long statedRows(String name) throws SQLException {
    try (ResultSet count =
        statement.executeQuery(
            "SELECT coalesce(sum(num_rows), 0)::BIGINT FROM parquet_file_metadata(" + name + ")")) {
      count.next();
      return count.getLong(1);
    }
  }

  private static Properties settings() {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "jdbc_stream_results", "true",
            "threads", "1",
            "memory_limit", "1GB",
            "temp_directory", "",
            "autoinstall_known_extensions", "false",
            "autoload_known_extensions", "false",
            "allow_persistent_secrets", "false"));
    return settings;
  }

  private DataException damage(SQLException e) {
    String what = "not a valid Parquet file: " + firstLine(e);
    return new DataException(SourceLocation.record(file, number == 0 ? 0 : number + 1), what, e);
  }

  private static String firstLine(SQLException e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return Printable.escape(first);
  }
}
