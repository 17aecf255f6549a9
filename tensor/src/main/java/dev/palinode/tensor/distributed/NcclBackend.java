package dev.palinode.tensor.distributed;

import dev.palinode.tensor.Device;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/**
 * Communication between NVIDIA GPUs. A class of its own, for its native library comes with the GPU
 * natives only: nothing here is loaded before it is used.
 *
 * <p>NCCL's own watchdog ends a process that has lost another, without a word of Java's, unless
 * {@code TORCH_NCCL_BLOCKING_WAIT=1} stands in the environment; {@code palinode launch} sets it.
 */
final class NcclBackend {
  private NcclBackend() {}

  static Backend connect(Store store, Rendezvous place, Device device) {
    ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create();
    new LongPointer(options.timeout()).put(place.timeout().toMillis()); // as ProcessGroup does
    ProcessGroupNCCL backend = new ProcessGroupNCCL(store, place.rank(), place.size(), options);
    backend.setBoundDeviceId(new DeviceOptional(device.handle())); // where barriers run
    return backend;
  }
}
