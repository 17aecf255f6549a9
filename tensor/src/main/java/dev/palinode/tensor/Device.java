package dev.palinode.tensor;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.Validate;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * A device that holds tensors and computes with them.
 *
 * @param kind of hardware
 * @param index which of several, from 0
 */
public record Device(Kind kind, int index) {
  /** Kinds of devices. */
  public enum Kind {
    /** Main memory. */
    CPU(DeviceType.CPU),
    /** An NVIDIA GPU; needs the natives of the Maven profile {@code cuda}. */
    CUDA(DeviceType.CUDA);

    final DeviceType deviceType;

    Kind(DeviceType deviceType) {
      this.deviceType = deviceType;
    }
  }

  static {
    Libtorch.prepare();
  }

  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern NAME = Pattern.compile("(cpu|cuda)(?::(\\d{1,2}))?");

  public Device {
    int last = kind == Kind.CUDA ? 127 : 0;
    if (index < 0 || index > last) { // Validate would make the message's parts on every call
      throw new IllegalArgumentException("there is no device " + name(kind) + ":" + index);
    }
  }

  /** A GPU by its index. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /** The device of that name: {@code cpu}, {@code cuda} or {@code cuda:1}; refuses others. */
  public static Device parse(String name) {
    Matcher matcher = NAME.matcher(name);
    Validate.isTrue(
        matcher.matches(),
        "device is \"%s\": expected cpu, cuda or cuda:N, N the number of the GPU",
        name);
    String index = matcher.group(2);
    return new Device(
        Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
        index == null ? 0 : Integer.parseInt(index));
  }

  /** Returns this, or throws IllegalArgumentException if this process cannot compute there. */
  public Device requireAvailable() {
    if (kind == Kind.CUDA) {
      Validate.isTrue(
          torch.cuda_is_available(),
          "%s is not available: it needs an NVIDIA GPU with its driver, and Palinode built with the"
              + " GPU natives (mvn -Pcuda package)",
          this);
      long gpus = torch.getNumGPUs();
      Validate.isTrue(index < gpus, "%s is not available: this machine has %s GPUs", this, gpus);
    }
    return this;
  }

  /** {@code cpu} or {@code cuda:0}, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return kind == Kind.CUDA ? name(kind) + ":" + index : name(kind);
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  public org.bytedeco.pytorch.Device handle() {
    return new org.bytedeco.pytorch.Device(toString());
  }

  static Device of(org.bytedeco.pytorch.Device handle) {
    return handle.is_cuda() ? cuda(handle.index()) : CPU;
  }
}
