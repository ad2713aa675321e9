using System.Text.Json;
using System.Text.Json.Serialization;
using Pryvd.Hosting;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Data;

/// <summary>
/// The file in an instance's data folder that says whose it is (invariant 11). It lies in the folder itself: a disk that is not mounted,
/// or a folder that was emptied, does not have it.
/// </summary>
/// <param name="Generation">Of the order under which it was made.</param>
internal sealed partial record HomeMarker(string ClusterId, string Instance, long Generation, DateTimeOffset MadeAt)
{
    public const string FileName = ".pryvd-home";

    private const int MaxBytes = 4_096;

    /// <summary>Null when there is none.</summary>
    /// <exception cref="IOException">What is there cannot be read as one.</exception>
    public static HomeMarker? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return new FileInfo(path).Length <= MaxBytes && JsonSerializer.Deserialize(File.ReadAllBytes(path), MarkerFormat.Default.HomeMarker) is { ClusterId: not null, Instance: not null } marker
                ? marker
                : throw Damaged(path, "it is no marker");
        }
        catch (JsonException damage)
        {
            throw Damaged(path, damage.Message);
        }
    }

    public static void Write(string folder, string clusterId, Assignment order, DateTimeOffset now) => DurableFile.Write(
        Path.Combine(folder, FileName),
        JsonSerializer.SerializeToUtf8Bytes(new HomeMarker(clusterId, order.Instance.ToString(), order.Generation, now), MarkerFormat.Default.HomeMarker),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    private static IOException Damaged(string path, string why) =>
        new($"The marker {path} cannot be read: {why}. If the data beside it is whole, delete the marker and restore it from a backup; nothing is started on it until then.");

    [JsonSerializable(typeof(HomeMarker))]
    private sealed partial class MarkerFormat : JsonSerializerContext;
}
