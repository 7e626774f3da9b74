// Plain folders of photographs and label images, the layout that anybody can make: images/ and labels/ with the same names. Shapes writes it, and with
// masks/ it is what ImageNet-Segmentation (Guillaumin, Küttel, Ferrari, IJCV 110, 2014: gtsegs_ijcv.mat) is saved as once it is out of its file.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Folders of pairs.</summary>
static class PlainFolders
{
    const int Unlabelled = 255;

    /// <summary>images/ and labels/ (or masks/, or annotations/), with names of the classes in classes.txt, one a line, where it exists.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="reader">Opens files.</param>
    /// <param name="names">Names of the classes where they are known otherwise.</param>
    /// <remarks>255 does not count. Without names all label images are looked at once, to see which classes there are.</remarks>
    /// <exception cref="TranslucentException">A folder or a label image is missing, or label images are colours.</exception>
    public static SegmentationSet Read(string root, PictureReader reader, IReadOnlyList<string>? names = null)
    {
        (string Key, string Photo, string Labels)[] pairs = Pairs(root, "labels", "masks", "annotations");
        string? list = DataFolder.Maybe(root, "classes.txt");
        names ??= list is null ? Numbered(pairs, reader) : DataFolder.Lines(list);
        return SegmentationSet.Of("folders", names, pairs, new PictureReader(reader.Photo, path => Checked(reader.Labels(path), path, names.Count)),
            v => v == Unlabelled ? LabelMap.Ignored : v, $"all {pairs.Length} pictures of images/; label {Unlabelled} is ignored");
    }

    /// <summary>ImageNet-Segmentation as folders: images/ and masks/, of which every number above 0 is object.</summary>
    /// <exception cref="TranslucentException">A folder or a mask is missing.</exception>
    public static SegmentationSet ImageNetSegmentation(string root, PictureReader reader)
    {
        RefuseItsFile(root);
        (string Key, string Photo, string Labels)[] pairs = Pairs(root, "masks", "labels", "target");
        return SegmentationSet.Of("imagenet-segmentation", ["background", "object"], pairs, reader, v => v > 0 ? 1 : 0,
            $"all {pairs.Length} pictures of images/; a mask is object where it is not 0; nothing is ignored");
    }

    /// <summary>The data set is published as one file, gtsegs_ijcv.mat, of a format that is not read here: says how to make folders of it.</summary>
    /// <param name="root">What is to be read; a folder that holds folders already is fine.</param>
    /// <exception cref="TranslucentException">It is that file, or a folder with nothing else.</exception>
    public static void RefuseItsFile(string root)
    {
        const string published = "gtsegs_ijcv.mat";
        if (File.Exists(root) ? !root.EndsWith(".mat", StringComparison.OrdinalIgnoreCase)
            : !File.Exists(Path.Combine(root, published)) || DataFolder.Maybe(root, "images") is not null) return;
        throw new TranslucentException($"{root}: ImageNet-Segmentation as one file of MATLAB 7.3 (HDF5), which is not read; make folders of it in Python: "
            + "import h5py, os; from PIL import Image; f = h5py.File('" + published + "'); [os.makedirs(d, exist_ok=True) for d in ('images', 'masks')]; "
            + "v = f['value']; [(Image.fromarray(f[v['img'][i, 0]][()].T).save(f'images/{i:04}.png'), "
            + "Image.fromarray(f[f[v['gt'][i, 0]][0, 0]][()].T * 255).save(f'masks/{i:04}.png')) for i in range(len(v['img']))]");
    }

    static (string Key, string Photo, string Labels)[] Pairs(string root, params string[] labels)
    {
        string photographs = DataFolder.Find(root, "photographs", "images"), folder = DataFolder.Find(root, "label images", labels);
        return [.. DataFolder.Pairs(DataFolder.Photographs(photographs), key => Path.Combine(folder, key + ".png"), root)];
    }

    static string[] Numbered((string Key, string Photo, string Labels)[] pairs, PictureReader reader)
    {
        int most = -1;
        foreach ((_, _, string path) in pairs)
            foreach (int value in Checked(reader.Labels(path), path, int.MaxValue).Values)
                if (value != Unlabelled) most = Math.Max(most, value);
        if (most < 0) throw new TranslucentException($"{pairs[0].Labels}: no pixel of this or the other label images counts; all are {Unlabelled}.");
        return [.. Enumerable.Range(0, most + 1).Select(c => $"class {c}")];
    }

    static LabelMap Checked(LabelMap labels, string path, int classes)
    {
        if (labels.Coloured)
            throw new TranslucentException($"{path}: a colour image; expected the class of a pixel as its grey level or palette index, {Unlabelled} for none.");
        for (int i = 0; i < labels.Values.Length; i++)
            if (labels.Values[i] >= classes && labels.Values[i] != Unlabelled)
                throw new TranslucentException($"{path}: pixel {i % labels.Width},{i / labels.Width} has the label {labels.Values[i]}, "
                    + $"expected 0 to {classes - 1} or {Unlabelled} for none.");
        return labels;
    }
}
