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
    CPU("cpu", DeviceType.CPU),
    /** An NVIDIA GPU; needs the natives of the Maven profile {@code cuda}. */
    CUDA("cuda", DeviceType.CUDA);

    private final String label;
    private final DeviceType deviceType;

    Kind(String label, DeviceType deviceType) {
      this.label = label;
      this.deviceType = deviceType;
    }

    DeviceType deviceType() {
      return deviceType;
    }
  }

  static {
    Libtorch.prepare();
  }

  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern NAME = Pattern.compile("(cpu|cuda)(?::(\\d{1,2}))?");

  public Device {
    if (index < 0 || index > 127 || (kind != Kind.CUDA && index != 0)) {
      throw new IllegalArgumentException("there is no device " + kind.label + ":" + index);
    }
  }

  /** A GPU by its index. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /** The device of that name: {@code cpu}, {@code cuda} or {@code cuda:1}. */
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

  /** Checks that this process can compute there; returns this. */
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
    return kind == Kind.CUDA ? kind.label + ":" + index : kind.label;
  }

  public org.bytedeco.pytorch.Device handle() {
    return new org.bytedeco.pytorch.Device(toString());
  }

  static Device of(org.bytedeco.pytorch.Device handle) {
    return handle.is_cuda() ? cuda(handle.index()) : CPU;
  }
}
