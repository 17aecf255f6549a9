package dev.palinode.data.format;

import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataRecord;
import dev.palinode.data.file.Row;
import dev.palinode.data.file.Rows;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a file are read as, in their order. From some hundred rows on a thread of its
 * own reads ahead, so that another core does what is done with them; a few batches, bounded by rows
 * and by characters, lie between the two. Not thread-safe.
 */
final class ReadAhead implements Closeable {
  /** Rows that are read by the caller: a thread is not worth its start for them. */
  private static final int READ_ALONE = 500;

  private static final int ROWS_OF_A_BATCH = 64;
  private static final int CHARACTERS_OF_A_BATCH = 1 << 18;
  private static final int BATCHES = 2;

  /**
   * A row.
   *
   * @param reading what it was read as; null if it is broken
   * @param trouble why it is broken; null if it is not
   * @param share of the file that had been read behind it, 0 to 1
   */
  record Step(@Nullable Reading reading, @Nullable BrokenRowException trouble, double share) {}

  private record Batch(List<Step> steps, boolean isLast, @Nullable Throwable failure) {}

  private final Rows rows;
  private final RowFormat format;
  private final boolean canReadAhead = Runtime.getRuntime().availableProcessors() > 1;
  private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES);
  private @Nullable Thread reader;
  private int readAlone;
  private Batch batch = new Batch(List.of(), false, null);
  private Iterator<Step> steps = Collections.emptyIterator();

  /** Takes the rows, and closes them when it is closed. */
  ReadAhead(Rows rows, RowFormat format) {
    this.rows = rows;
    this.format = format;
  }

  /**
   * The next row; null at the end of the file.
   *
   * @throws IOException as {@link Rows#next}, but for broken rows
   */
  @Nullable Step next() throws IOException {
    if (!canReadAhead || readAlone < READ_ALONE) {
      readAlone++;
      return read();
    }
    while (!steps.hasNext()) {
      if (batch.failure() != null) {
        throw thrown(batch.failure());
      } else if (batch.isLast()) {
        return null;
      }
      batch = nextBatch();
      steps = batch.steps().iterator();
    }
    return steps.next();
  }

  /** Ends the reading, wherever it is. */
  @Override
  public void close() throws IOException {
    boolean wasInterrupted = false;
    Thread ending = reader;
    while (ending != null && ending.isAlive()) {
      ending.interrupt();
      try {
        ending.join();
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
    rows.close();
  }

  private @Nullable Step read() throws IOException {
    try {
      Row row = rows.next();
      return row == null ? null : new Step(format.read(row), null, rows.share());
    } catch (BrokenRowException e) {
      return new Step(null, e, rows.share());
    }
  }

  private Batch nextBatch() throws InterruptedIOException {
    if (reader == null) {
      reader = new Thread(this::readOn, "palinode-reader");
      reader.setDaemon(true);
      reader.start();
    }
    try {
      return batches.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted while rows were read").initCause(e);
    }
  }

  /** What the reading thread does. */
  private void readOn() {
    try {
      Batch made;
      do {
        made = makeBatch();
        batches.put(made);
      } while (!made.isLast());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed: nobody wants the rest
    }
  }

  private Batch makeBatch() {
    List<Step> made = new ArrayList<>(ROWS_OF_A_BATCH);
    long characters = 0;
    try {
      while (made.size() < ROWS_OF_A_BATCH && characters < CHARACTERS_OF_A_BATCH) {
        Step step = read();
        if (step == null) {
          return new Batch(made, true, null);
        }
        made.add(step);
        characters += characters(step.reading());
      }
      return new Batch(made, false, null);
    } catch (IOException | RuntimeException | Error e) {
      return new Batch(made, true, e); // thrown where the rows before it have been taken
    }
  }

  private static long characters(@Nullable Reading reading) {
    long characters = 0;
    if (reading instanceof Reading.Records made) {
      for (DataRecord each : made.records()) {
        characters += characters(each.questions()) + characters(each.answers());
      }
    }
    return characters;
  }

  private static long characters(List<String> texts) {
    long characters = 0;
    for (String text : texts) {
      characters += text.length();
    }
    return characters;
  }

  private static IOException thrown(Throwable failure) {
    if (failure instanceof IOException problem) {
      return problem;
    } else if (failure instanceof RuntimeException mistake) {
      throw mistake;
    }
    throw (Error) failure;
  }
}
