package dev.palinode.token;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One tokenizer of the Hugging Face Rust library, and the only class that calls it.
 *
 * <p>It goes to DJL's native methods directly: DJL's own front class opens a connection to report
 * its use when it is loaded, and copies tokens, offsets and masks of every encoding into Java, of
 * which only the ids are needed here.
 *
 * <p>Thread-safe. The lock keeps {@link #close} from freeing what another thread still reads.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = loadLibrary();

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle; // 0 once closed

  /**
   * Reads a tokenizer.
   *
   * @param json the text of a {@code tokenizer.json}
   * @throws IllegalArgumentException if the library cannot read it; the message is the library's
   */
  NativeTokenizer(String json) {
    try {
      handle = LIBRARY.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The ids of a text.
   *
   * @param text any string; an unpaired surrogate, which UTF-8 cannot carry, counts as U+FFFD
   * @param addSpecialTokens whether the post-processor adds its tokens
   */
  int[] encode(String text, boolean addSpecialTokens) {
    lock.readLock().lock();
    try {
      long encoding = LIBRARY.encode(open(), wellFormed(text), addSpecialTokens);
      try {
        long[] ids = LIBRARY.getTokenIds(encoding);
        int[] result = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
          result[i] = Math.toIntExact(ids[i]);
        }
        return result;
      } finally {
        LIBRARY.deleteEncoding(encoding);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The text of the ids; an id that the tokenizer does not have adds nothing. */
  String decode(int[] ids, boolean skipSpecialTokens) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    lock.readLock().lock();
    try {
      return LIBRARY.decode(open(), wide, skipSpecialTokens);
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

  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
      }
    }
    return text;
  }

  /**
   * Loads the native library that lies inside DJL's jar. Where DJL sees CUDA it would download
   * another build of the library; naming the flavour keeps it from doing so.
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
