// Examples of command lines beneath the help of every verb. A test parses each.

using System.CommandLine;

namespace Translucent.Cli;

/// <summary>What --help prints at its end.</summary>
static class Examples
{
    const int MostOfGroup = 4; // of a verb that has verbs beneath it

    static readonly string[] s_lines =
    [
        "explain samples/chelsea.png",
        "explain samples/chelsea.png --target cat-dog --method gae,attn_lrp --trust",
        "explain photos/ --model google/vit-base-patch16-224 --out out/photos",
        "explain street.jpg --model ./detr-resnet-50 --score 0.9",
        "detect street.jpg --model ./detr-resnet-50",
        "ask kitchen.jpg \"What is on the table?\" --model ./lxmert-vqa --detector ./detr-resnet-50",
        "compare samples/chelsea.png --methods all --target top3,cat-dog --scale shared",
        "studio",
        "studio photos/ --model google/vit-base-patch16-224 --memory 8G",
        "text --model ./llama --context story.txt --generate 40",
        "text --model ./llama --context story.txt --summary summary.txt --layer 12 --function e",
        "text --model ./gpt2 --context story.txt --summary summary.txt --method attn_lrp --out out/lrp",
        "classify \"What a wonderful film!\" --model ./bert-sentiment",
        "classify --file review.txt --model ./bert-sentiment --method gae,attn_lrp --trust",
        "classify \"It rains.\" --pair \"The street is wet.\" --model ./bert-nli --target entailment-contradiction",
        "lens \"Once upon a time\" --model ./llama",
        "lens --file story.txt --model ./gpt2 --state mlp --top 3",
        "embed \"A cat sits on the mat.\" \"A kitten lies on a rug.\" --model ./sentence-bert",
        "embed \"up\" \"down\" --model ./llama --pooling last --method attn_lrp",
        "generate \"Once upon a time\" --model ./stories",
        "generate --file story.txt --model ./llama --tokens 60 --temperature 0.8 --top-p 0.95 --seed 7",
        "tokens samples/chelsea.png --token 4,4 --token 1,7",
        "tokens samples/chelsea.png --layer 3 --function e --token cls",
        "tokens street.jpg --model ./detr-resnet-50 --stream queries --token 12 --layer 4",
        "tokens kitchen.jpg \"What is on the table?\" --model ./lxmert-vqa --token table",
        "tokens \"A red circle and a red square\" --model ./llama --token red",
        "tokens-of \"A photo of a cat.\" --model ./clip-vit-base-patch32",
        "project samples/chelsea.png --target cat,dog --perturb self-only,no-cls",
        "layers samples/chelsea.png --token 4,4 --token cls --layers 2,4-7",
        "attention samples/chelsea.png --layer 4 --head 0,2 --token 3,5",
        "segment samples/coffee.png --clusters 4",
        "segment samples/coffee.png --threshold 0.25 --tau 0.6",
        "train-w --data photos/ --model ./dino-vitb8 --out w.safetensors",
        "evaluate chefer-perturbation --data imagenet/val --model ./vit-base-patch16-224 --method gae,tokentm",
        "evaluate chefer-perturbation --data shapes:4 --no-classes --method gae",
        "evaluate localisation --data shapes:200 --model ./vit-of-shapes --method all",
        "evaluate class-faithfulness --data photos/ --method gae,tokentm",
        "evaluate grid-pointing --data imagenet/val --model ./vit-base-patch16-224 --method gae,attn_lrp",
        "evaluate projection --data imagenet/val --train imagenet/train --model ./vit-base-patch16-224",
        "evaluate latent-perturbation --data photos/ --layers all",
        "evaluate object-selection --data shapes:200 --layers all --function s",
        "evaluate stego-coco27 --data coco/ --model ./dino-vitb8",
        "evaluate picie-cityscapes27 --data cityscapes/ --model ./dino-vitb8",
        "evaluate iic-potsdam3 --data potsdam/ --model ./dino-vitb8",
        "evaluate voc21 --data VOC2012/ --model ./dino-vitb8",
        "evaluate ultra-coco27 --data coco/ --model ./clip-vit-base-patch32",
        "evaluate ultra-voc --data VOC2012/ --model ./clip-vit-base-patch32",
        "evaluate ultra-cityscapes --data cityscapes/ --model ./clip-vit-base-patch32",
        "evaluate ultra-potsdam --data potsdam/ --model ./clip-vit-base-patch32",
        "evaluate camvid --data camvid/ --model ./dino-vitb8",
        "evaluate ade20k --data ADEChallengeData2016/ --model ./dino-vitb8",
        "evaluate imagenet-segmentation --data gtsegs_ijcv.mat --model ./vit-base-patch16-224",
        "evaluate segmentation --data mine/ --clusters 8 --layer 11",
        "evaluate shapes --data shapes:4,size=32,objects=1-2",
        "evaluate bsds500 --data BSDS500/ --model ./dino-vitb8",
        "evaluate merge out/val",
        "evaluate submit --slurm --array 8 --sbatch time=02:00:00 chefer-perturbation --data imagenet/val --model ./vit --out out/val",
        "evaluate presets chefer-perturbation",
        "evaluate reproduce tokentm-table2 --data imagenet=ILSVRC2012/val --model vit-b16=./vit-base-patch16-224",
        "evaluate reproduce --list",
        "evaluate hetero-detr --annotations instances_val2017.json --images val2017 --model ./detr-resnet-50",
        "evaluate hetero-lxmert --questions shapes/val/questions.jsonl",
        "evaluate sparse photos/ --model ./vit-base-patch16-224",
        "evaluate text stories.jsonl --model ./llama",
        "evaluate text reviews.jsonl --model ./bert-sentiment --method gae,attn_lrp --limit 200",
        "evaluate stories shapes/stories.jsonl --model shapes-llama --separator \" TL;DR:\"",
        "verify ./vit-base-patch16-224 --input input.safetensors --golden golden.safetensors",
        "verify ./vit-base-patch16-224 --published --image 000000039769.jpg",
        "benchmark engine --quick --shapes 197x768x768",
        "data shapes --count 1000 --seed 1 --out shapes --split 9:1",
        "data preview shapes --split val --count 6",
        "models list",
        "models pull google/vit-base-patch16-224",
        "models inspect cifar10-vit --tensors",
        "convert pytorch_model.bin --out model.safetensors --dtype bf16",
        "methods",
        "methods attn_lrp gae",
        "help evaluate chefer-perturbation",
        "completion bash >> ~/.bashrc",
    ];

    /// <summary>Those of a verb, or some of the verbs beneath it, as they are typed after the name of the command.</summary>
    public static IReadOnlyList<string> Of(Command verb)
    {
        string[] path = [.. Path(verb).Reverse()];
        string[] lines = [.. s_lines.Where(line => path.Length > 0 && (line + " ").StartsWith(string.Join(' ', path) + " ", StringComparison.Ordinal))];
        return verb.Subcommands.Count > 0 ? [.. lines.Take(MostOfGroup)] : lines;
    }

    /// <summary>The names of a verb and of those above it, but for the command's own.</summary>
    static IEnumerable<string> Path(Command verb)
    {
        for (Command? at = verb; at?.Parents.OfType<Command>().FirstOrDefault() is { } parent; at = parent) yield return at.Name;
    }
}
