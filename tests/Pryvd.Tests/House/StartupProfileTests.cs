using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pryvd.Tests.House;

/// <summary>What packaging/startup recorded is what this program is: it would be passed over without a word otherwise.</summary>
public sealed class StartupProfileTests
{
    private const int AtLeast = 200;
    private const double Known = 0.8;

    [Fact]
    public void The_profile_names_types_that_the_program_has()
    {
        using var profile = Open(Path.Combine(Repository.Root, "packaging/startup/pryvd.mibc"));
        var names = NamesOf(profile.GetMetadataReader(), "pryvd").ToList();

        var known = names.Count(name => typeof(Daemon).Assembly.GetType(name) is not null);

        Assert.True(names.Count > AtLeast, $"only {names.Count} types of the program are in the profile: run 'make profile'");
        Assert.True(known > names.Count * Known, $"of {names.Count} types in the profile the program has {known}: run 'make profile'");
    }

    private static PEReader Open(string path)
    {
        using var file = ZipFile.OpenRead(path);
        using var entry = Assert.Single(file.Entries).Open();
        using var image = new MemoryStream();
        entry.CopyTo(image);
        return new PEReader(ImmutableArray.Create(image.ToArray()));
    }

    /// <summary>Types that are in no other type.</summary>
    private static IEnumerable<string> NamesOf(MetadataReader profile, string assembly) =>
        from handle in profile.TypeReferences
        let type = profile.GetTypeReference(handle)
        where type.ResolutionScope.Kind == HandleKind.AssemblyReference
        where profile.GetString(profile.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) == assembly
        select profile.GetString(type.Namespace) is { Length: > 0 } space ? space + "." + profile.GetString(type.Name) : profile.GetString(type.Name);
}
