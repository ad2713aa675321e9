using System.Formats.Tar;
using Pryvd.Agent.Artifacts;
using Pryvd.Model.Components;
using Pryvd.Tests.Identity;

namespace Pryvd.Tests.Agent.Artifacts;

/// <summary>Archives are laid out as they were made, and hostile ones leave no trace outside their folder (R1, design 8).</summary>
public sealed class UnpackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "leads out", Archives.TarGz(Archives.File("../evil")) },
        { "leads out", Archives.TarGz(Archives.File("a/../../evil")) },
        { "absolute", Archives.TarGz(Archives.File("/tmp/pryvd-evil")) },
        { "link", Archives.TarGz(Archives.Link("out", "/etc")) },
        { "leads out", Archives.TarGz(Archives.Link("out", "..")) },
        { "leads out", Archives.TarGz(Archives.Folder("a"), Archives.Link("a/out", "../../x")) },
        { "climbs in its middle", Archives.TarGz(Archives.Folder("top"), Archives.Folder("a/b"), Archives.Link("a/b/d", "../../top"), Archives.Link("e", "a/b/d/../../..")) },
        { "no folder", Archives.TarGz(Archives.Link("dir", "."), Archives.File("dir/through")) },
        { "another entry", Archives.TarGz(Archives.Link("f", "g"), Archives.File("f")) },
        { "another entry", Archives.TarGz(Archives.File("same"), Archives.File("./same")) },
        { "no folder", Archives.TarGz(Archives.File("a"), Archives.File("a/b")) },
        { "absolute", Archives.TarGz(Archives.HardLink("h", "/etc/passwd")) },
        { "hard link", Archives.TarGz(Archives.HardLink("h", "later"), Archives.File("later")) },
        { "hard link", Archives.TarGz(Archives.Link("l", "x"), Archives.HardLink("h", "l")) },
        { "CharacterDevice", Archives.TarGz(Archives.Special(TarEntryType.CharacterDevice, "null")) },
        { "BlockDevice", Archives.TarGz(Archives.Special(TarEntryType.BlockDevice, "sda")) },
        { "Fifo", Archives.TarGz(Archives.Special(TarEntryType.Fifo, "pipe")) },
        { "come out of", Archives.TarGz(Archives.Zeros("bomb", 3 << 20)) },
        { "entries", Archives.TarGz([.. Enumerable.Range(0, 101).Select(i => Archives.File($"f{i}", ""))]) },
        { "deeper", Archives.TarGz(Archives.File(string.Concat(Enumerable.Repeat("d/", 70)) + "f")) },
        { "control", Archives.TarGz(Archives.File("a\u0007b")) },
        { "damaged", [1, 2, 3, 4, 5] },
        { "damaged", Archives.Gzip(Archives.Tar(Archives.File("whole"), Archives.File("cut", new string('x', 5_000)))[..2_900]) },
        { "damaged", Archives.Gzip(Archives.Tar(Archives.File("whole"))[..^1_024]) },
    };

    public static TheoryData<string, byte[]> HostileZips => new()
    {
        { "leads out", Archives.Zip(("../evil", "x", 0)) },
        { "absolute", Archives.Zip(("/tmp/pryvd-evil", "x", 0)) },
        { "backslash", Archives.Zip(("..\\evil", "x", 0)) },
        { "link", Archives.Zip(("out", "/etc/passwd", 0xA1FF)) },
        { "another entry", Archives.Zip(("same", "x", 0), ("same", "y", 0)) },
        { "not a file", Archives.Zip(("pipe", "", 0x11FF)) },
        { "come out of", Archives.Zip(("bomb", new string('0', 3 << 20), 0)) },
        { "damaged", [.. Archives.Zip(("a", "x", 0)).Take(40)] },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_tar_is_refused_and_says_why(string why, byte[] archive) => Refused(why, archive, ArtifactFormat.TarGz);

    [Theory]
    [MemberData(nameof(HostileZips))]
    public void A_hostile_zip_is_refused_and_says_why(string why, byte[] archive) => Refused(why, archive, ArtifactFormat.Zip);

    [Fact]
    public void A_tar_is_laid_out_with_sane_modes_and_links_that_stay_inside()
    {
        var target = Unpack(
            Archives.TarGz(
                Archives.Folder("./"),
                Archives.File("bin/tool", "#!", 0b100_111_111_111_111 & 0xFFF),
                Archives.File("conf", "c", 0b000_000_010),
                Archives.Link("bin/latest", "../conf"),
                Archives.HardLink("bin/second", "bin/tool")),
            ArtifactFormat.TarGz);

        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(target, "bin/tool")));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Combine(target, "conf")));
        Assert.Equal("c", File.ReadAllText(Path.Combine(target, "bin/latest")));
        Assert.Equal("#!", File.ReadAllText(Path.Combine(target, "bin/second")));
    }

    [Fact]
    public void A_zip_and_a_plain_file_are_laid_out()
    {
        var zip = Unpack(Archives.Zip(("a/", "", 0x41ED), ("a/b", "x", 0x81ED), ("l", "a/b", 0xA1FF)), ArtifactFormat.Zip);
        var file = Unpack("#!/bin/sh\n"u8.ToArray(), ArtifactFormat.File);

        Assert.Equal("x", File.ReadAllText(Path.Combine(zip, "l")));
        Assert.True(File.GetUnixFileMode(Path.Combine(zip, "a/b")).HasFlag(UnixFileMode.UserExecute));
        Assert.True(File.GetUnixFileMode(Path.Combine(file, "thing")).HasFlag(UnixFileMode.OtherExecute));
    }

    [Fact]
    public void A_plain_file_cannot_be_named_out_of_its_folder() =>
        Assert.Throws<ArtifactException>(() => Unpack([1], ArtifactFormat.File, "../thing"));

    public void Dispose() => _folder.Dispose();

    private void Refused(string why, byte[] archive, ArtifactFormat format)
    {
        var refused = Assert.Throws<ArtifactException>(() => Unpack(archive, format));

        Assert.True(refused.IsFinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Equal(["archive", "unpacked"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
        Assert.False(File.Exists("/tmp/pryvd-evil"));
    }

    private string Unpack(byte[] content, ArtifactFormat format, string name = "thing")
    {
        File.WriteAllBytes(_folder.In("archive"), content);
        var target = Directory.CreateDirectory(_folder.In(format == ArtifactFormat.File ? "plain" : "unpacked")).FullName;
        Unpacker.Unpack(_folder.In("archive"), new ArtifactRef(new string('0', 64), content.Length, format, name), target, new UnpackLimits(100, 2 << 20, 200, 1 << 20));
        return target;
    }
}
