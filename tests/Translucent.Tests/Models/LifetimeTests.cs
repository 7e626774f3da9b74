using System.IO.Compression;
using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Checkpoints;

namespace Translucent.Tests.Models;

/// <summary>Whatever is made of a file throws when the file is closed, in every format and on every thread; nothing reads memory that is gone.</summary>
public sealed class LifetimeTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Formats => ["safetensors", "large safetensors", "shard", "torch", "torch transposed", "npz", "compressed npz"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_layer_of_a_closed_file_throws(string format)
    {
        (IDisposable owner, Matrix weights) = Open(format);
        Linear layer = new(weights);
        using Tape tape = new();
        Var x = tape.Leaf(new Tensor(2, weights.Columns));
        Assert.Equal(weights.Rows, layer.Apply(x).Value.Width);

        owner.Dispose();
        Assert.Contains("its file is closed", Assert.Throws<ObjectDisposedException>(() => layer.Apply(x)).Message);
        Assert.Throws<ObjectDisposedException>(weights.ToTensor);
        Assert.Throws<ObjectDisposedException>(() => weights.CopyRow(0, new float[weights.Columns]));
        Assert.Throws<ObjectDisposedException>(() => PreciseProduct.Multiply(Compute.Default, new PreciseMatrix(1, weights.Columns).View,
            new PreciseView(weights).Transposed, new PreciseMatrix(1, weights.Rows).View));
        Assert.Throws<ObjectDisposedException>(() => new PackedOperand().Pack(weights.Rows, weights.Columns, weights.Operand, Compute.Default.Gemm));
        unsafe
        {
            Tensor left = new(1, weights.Rows), product = new(1, weights.Columns);
            Assert.Throws<ObjectDisposedException>(() => Gemm.MultiplySerial(Compute.Default.Gemm, 1, weights.Columns, weights.Rows,
                new Operand(left.Pointer, left.Width), weights.Operand, product.Pointer, product.Width, false));
            Assert.Throws<ObjectDisposedException>(() => Gemm.Multiply(Compute.Default, 1, weights.Columns, weights.Rows, new Operand(left.Pointer, left.Width),
                weights.Operand, product.Pointer, product.Width));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_stored_tensor_of_a_closed_file_throws(string format)
    {
        TensorFile file = TensorFile.Open(Write(format));
        StoredTensor touched = file.Tensors.First(), view = touched.WithName("x").Rows("y", 1, 2);
        float[] before = touched.ToTensor().ToArray();
        byte[] bytes = touched.Bytes.ToArray();
        ReadOnlySpan<byte> span = touched.Bytes;
        file.Dispose();
        Assert.True(span.SequenceEqual(bytes)); // a copy
        foreach (StoredTensor t in file.Tensors.Append(view))
        {
            Assert.Throws<ObjectDisposedException>(t.ToTensor);
            Assert.Throws<ObjectDisposedException>(t.ToMatrix);
            Assert.Throws<ObjectDisposedException>(t.ToDoubles);
            Assert.Throws<ObjectDisposedException>(() => t.Bytes.Length);
            Assert.Throws<ObjectDisposedException>(() => Safetensors.Write(_folder["copy"], [t]));
        }
        Assert.NotEmpty(before);
    }

    [Fact]
    public void Closing_waits_for_whoever_reads()
    {
        Safetensors file = Safetensors.Open(Write("large safetensors"));
        Matrix weights = file.Tensors.First().ToMatrix();
        using (weights.Hold())
        {
            file.Dispose();
            Assert.Throws<ObjectDisposedException>(() => weights.Hold().Dispose());
            Span<double> wide = new double[4];
            weights.Widen(0, wide); // still mapped
            Assert.Equal(1.0, wide[1]);
        }
    }

    [Fact]
    public void A_checkpoint_can_be_closed_while_it_is_hashed()
    {
        Checkpoint checkpoint = Checkpoint.Open(Golden.File("vision/vit"));
        checkpoint.Dispose();
        Assert.Throws<ObjectDisposedException>(() => checkpoint.Hash());
    }

    [Fact]
    public void Models_that_share_the_weights_of_a_closed_one_throw()
    {
        string dino = Golden.File("vision/dino");
        Tensor pixels = new(1, 3, 32, 32);
        VisionTransformer open = VisionModels.Open(dino);
        VisionTransformer classes = open.WithClasses(new Tensor(2, open.Config.Width));
        RandomizedModel[] stages = [.. RandomizedModel.Cascade(classes)];
        Trace trace = classes.Forward(pixels, Keep.Boundaries);
        open.Dispose();
        Assert.Throws<ObjectDisposedException>(() => open.Forward(pixels));
        Assert.Throws<ObjectDisposedException>(() => classes.Forward(pixels));
        Assert.Throws<ObjectDisposedException>(() => Gae.Rows(trace, [0])); // computes blocks again
        foreach (RandomizedModel stage in stages[..^1]) Assert.Throws<ObjectDisposedException>(() => stage.Model.Forward(pixels));
        stages[^1].Model.Forward(pixels).Dispose(); // random from top to bottom: no weight of the file is left
    }

    [Fact]
    public void A_closed_text_tower_throws()
    {
        ClipText text = ClipText.Open(ClipFolder.Small().Write(_folder["clip"]));
        int[][] texts = [[1312, 5, ClipFolder.EndId]];
        Trace trace = text.Forward(texts);
        text.Dispose();
        Assert.Throws<ObjectDisposedException>(() => text.Forward(texts));
        Assert.Equal(3, trace.Tape["embed"].Value.Shape[1]); // what was computed before stays
        trace.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trace.Tape["embed"]);
    }

    [Fact]
    public async Task Closing_a_model_under_a_running_sweep_throws_there_and_nothing_else()
    {
        for (int round = 0; round < 20; round++)
        {
            VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
            Tensor pixels = new(1, 3, 32, 32);
            using ManualResetEventSlim running = new();
            Task sweeps = Task.Run(() =>
            {
                while (true)
                {
                    using Trace trace = model.Forward(pixels, Keep.Boundaries);
                    Gae.Rows(trace, [0, 1]);
                    running.Set();
                }
            }, TestContext.Current.CancellationToken);
            running.Wait(TestContext.Current.CancellationToken);
            Thread.Sleep(round % 5);
            model.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => sweeps);
        }
    }

    [Fact]
    public void Values_of_a_disposed_trace_throw_and_those_of_the_next_pass_do_not()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        Arena arena = new();
        Tensor pixels = new(1, 3, 32, 32);
        Trace trace = model.Forward(pixels, Keep.All, arena);
        Tensor logits = trace.Logits, flat = logits.Reshape(logits.Length);
        Var norm = trace.Tape["norm"];
        Tensor normed = norm.Value;
        float[] copy = logits.ToArray();
        trace.Dispose();
        trace.Dispose(); // twice is once

        using Trace next = model.Forward(pixels, Keep.All, arena);
        Assert.Equal(copy, next.Logits.ToArray());
        Assert.Contains("belongs to a trace or tape that is disposed", Assert.Throws<ObjectDisposedException>(() => logits.Span[0]).Message);
        Assert.Throws<ObjectDisposedException>(() => flat.ToArray());
        Assert.Throws<ObjectDisposedException>(() => normed.Row(0)[0]);
        Assert.Throws<ObjectDisposedException>(() => norm.Value);
        Assert.Throws<ObjectDisposedException>(() => trace.Logits);
        Assert.Throws<ObjectDisposedException>(() => trace.Pixels);
        Assert.Throws<ObjectDisposedException>(() => Gae.Rows(trace, [0]));
        Assert.Throws<ObjectDisposedException>(() => StoredTensor.From("x", logits));
        Assert.Equal(0, pixels.Span[0]); // what the caller gave is the caller's
    }

    (IDisposable Owner, Matrix Weights) Open(string format)
    {
        if (format != "shard")
        {
            TensorFile file = TensorFile.Open(Write(format));
            return (file, file.Tensors.First().ToMatrix());
        }
        Safetensors.Write(_folder["model-1.safetensors"], [Numbers()]);
        Safetensors.Write(_folder["model-2.safetensors"], [Numbers().WithName("other")]);
        _folder.Add("model.safetensors.index.json", """{"weight_map": {"w": "model-1.safetensors", "other": "model-2.safetensors"}}""");
        _folder.Add("config.json", """{"model_type": "vit"}""");
        Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        return (checkpoint, checkpoint.Weights().Matrix("w", 8, 12));
    }

    string Write(string format)
    {
        string path = _folder["w"];
        switch (format)
        {
            case "large safetensors": // mapped, not copied; sparse on disk
                Safetensors.Write(path, [Numbers(), StoredTensor.From("z", new Tensor(1, (int)(MappedFile.MostCopied / sizeof(float)) + 1))]);
                break;
            case "torch" or "torch transposed":
                long[] shape = format == "torch" ? [8, 12] : [12, 8], strides = format == "torch" ? [12, 1] : [1, 12];
                byte[] pickle = new PickleBuilder().Op("}").Text("w").Tensor("FloatStorage", "0", 96, 0, shape, strides).Op("s").Bytes;
                File.WriteAllBytes(path, TorchFiles.Archive(pickle, Numbers().Bytes.ToArray()));
                break;
            case "npz":
                NumpyArchive.Write(path, [Numbers()]);
                break;
            case "compressed npz":
                Npy.Write(_folder["w.npy"], Numbers().ToTensor());
                File.WriteAllBytes(path, TorchFiles.Zip(CompressionLevel.Optimal, ("w.npy", File.ReadAllBytes(_folder["w.npy"]))));
                break;
            default:
                Safetensors.Write(path, [Numbers()]);
                break;
        }
        return path;
    }

    static StoredTensor Numbers() => StoredTensor.From<float>("w", [8, 12], [.. Enumerable.Range(0, 96).Select(i => (float)i)]);
}
