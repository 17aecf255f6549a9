package dev.palinode.token;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.JsonFiles;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

/**
 * One tokenizer of the Hugging Face Rust library, and the only class that calls it.
 *
 * <p>It calls DJL's native methods directly: DJL's {@code HuggingFaceTokenizer} opens a connection
 * to report its use when it is loaded, and copies more than the ids. Thread-safe: the lock keeps
 * {@link #close} from freeing memory that another thread still reads.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = loadLibrary();

  /** A text of a few tokens, whatever the vocabulary. */
  private static final String FRAMED = "a b";

  /** Half a surrogate pair. */
  private static final Pattern UNPAIRED = Pattern.compile("\\p{Cs}");

  private final TextCuts cuts = new TextCuts(text -> encodePiece(text, false));
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle; // 0 once closed

  /**
   * Reads a tokenizer.
   *
   * @param json a {@code tokenizer.json}
   * @throws IllegalArgumentException if the library cannot read it, with the library's message, or
   *     if it could crash the library
   */
  NativeTokenizer(ObjectNode json) {
    TokenizerCheck.check(json);
    try {
      handle = LIBRARY.createTokenizerFromString(JsonFiles.write(json));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The ids of a text. A long text is cut into pieces where that changes no id; an unpaired
   * surrogate counts as U+FFFD.
   *
   * @param addSpecialTokens whether the post-processor adds its tokens
   * @throws TextTooLongException if it is too long for the library and cannot be cut
   * @throws IllegalArgumentException if the library cannot encode it
   */
  int[] encode(String text, boolean addSpecialTokens) {
    List<String> pieces = cuts.pieces(text);
    if (pieces.size() == 1) {
      return encodePiece(text, addSpecialTokens);
    }
    int[] ids =
        pieces.stream()
            .map(piece -> encodePiece(piece, false))
            .flatMapToInt(IntStream::of)
            .toArray();
    return addSpecialTokens ? framed(ids) : ids;
  }

  /** Adds the post-processor's tokens around the ids, as found by encoding a short text. */
  private int[] framed(int[] ids) {
    int[] example = encodePiece(FRAMED, false);
    int[] frame = encodePiece(FRAMED, true);
    int before =
        Collections.indexOfSubList(
            IntStream.of(frame).boxed().toList(), IntStream.of(example).boxed().toList());
    Validate.isTrue(before >= 0, "the post-processor changes tokens: the text is too long");
    int[] after = Arrays.copyOfRange(frame, before + example.length, frame.length);
    return ArrayUtils.addAll(ArrayUtils.addAll(Arrays.copyOf(frame, before), ids), after);
  }

  private int[] encodePiece(String text, boolean addSpecialTokens) {
    lock.readLock().lock();
    try {
      long encoding = encoding(text, addSpecialTokens);
      try {
        long[] ids = LIBRARY.getTokenIds(encoding);
        int[] result = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
          Validate.isTrue(ids[i] <= Integer.MAX_VALUE, "a token has the id %s", ids[i]);
          result[i] = (int) ids[i];
        }
        return result;
      } finally {
        LIBRARY.deleteEncoding(encoding);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  private long encoding(String text, boolean addSpecialTokens) {
    long tokenizer = open();
    try {
      String wellFormed = UNPAIRED.matcher(text).replaceAll("\uFFFD");
      return LIBRARY.encode(tokenizer, wellFormed, addSpecialTokens);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The text of the ids; unknown ids are skipped. */
  String decode(int[] ids, boolean skipSpecialTokens) {
    lock.readLock().lock();
    try {
      return LIBRARY.decode(open(), IntStream.of(ids).asLongStream().toArray(), skipSpecialTokens);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (handle != 0) {
        LIBRARY.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private long open() {
    if (handle == 0) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    return handle;
  }

  /**
   * Loads the native library in DJL's jar. With CUDA, DJL would download another build of the
   * library; naming the flavour prevents that.
   */
  private static TokenizersLibrary loadLibrary() {
    String flavour = "RUST_FLAVOR";
    boolean unset = System.getProperty(flavour) == null;
    if (unset) {
      System.setProperty(flavour, "cpu");
    }
    try {
      LibUtils.checkStatus();
      return TokenizersLibrary.LIB;
    } finally {
      if (unset) {
        System.clearProperty(flavour);
      }
    }
  }
}
