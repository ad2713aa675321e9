using Pryvd.Agent.Core;
using Pryvd.Hosting;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Data;

/// <summary>A home that was made once does not have its marker any more.</summary>
internal sealed class DataLostException(string message) : Exception(message);

/// <summary>
/// The folders that instances keep their data in. A home is made once, when the order says that it never was, and is never deleted here;
/// a scratch folder comes and goes with its instance.
/// </summary>
internal sealed class HomeFolders(AgentPaths paths, string clusterId, TimeProvider clock)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly string[] Shared = ["components", "homes", "scratch"];

    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Sees to it that the instance's folder is there and its own.</summary>
    /// <returns>A former life's data that was put aside, for people; else null.</returns>
    /// <exception cref="DataLostException">The home was made once, and its marker is missing.</exception>
    /// <exception cref="IOException">The folder cannot be made, or is another cluster's.</exception>
    public string? Make(Assignment order)
    {
        var account = order.Spec.User is { } user ? UserAccount.Find(user) : null;
        if (account is not null)
        {
            OpenWays(paths.Data, $"{paths.Homes}/{order.Instance.Component}", $"{paths.Scratches}/{order.Instance.Component}");
        }

        var folder = paths.DataOf(order);
        var aside = order.Spec.KeepsData ? MakeHome(order, folder) : null;
        Directory.CreateDirectory(folder, OwnerOnly);
        account?.Own(folder, withContents: false);
        return aside;
    }

    /// <summary>Deletes the scratch folder of an instance that is not this node's any more.</summary>
    /// <returns>The home that stays, or null when there is none.</returns>
    public string? CleanUp(InstanceId instance)
    {
        if (Directory.Exists(paths.Scratch(instance)))
        {
            Directory.Delete(paths.Scratch(instance), recursive: true);
        }

        return Directory.Exists(paths.Home(instance)) ? paths.Home(instance) : null;
    }

    /// <summary>Lets other users through to what is theirs, without letting them look around.</summary>
    public static void OpenWays(string data, params ReadOnlySpan<string> below)
    {
        foreach (var file in new DirectoryInfo(data).GetFiles())
        {
            file.UnixFileMode &= UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        foreach (var folder in new DirectoryInfo(data).GetDirectories().Where(d => !Shared.Contains(d.Name)))
        {
            folder.UnixFileMode &= OwnerOnly;
        }

        Pass(data);
        foreach (var folder in below)
        {
            Directory.CreateDirectory(folder);
            Pass(Path.GetDirectoryName(folder)!);
            Pass(folder);
        }
    }

    private static void Pass(string folder) => File.SetUnixFileMode(folder, Passable);

    private string? MakeHome(Assignment order, string folder)
    {
        var marker = HomeMarker.Read(folder);
        if (marker is not null && (marker.ClusterId != clusterId || marker.Instance != order.Instance.ToString()))
        {
            throw new IOException(
                $"{folder} holds the data of {marker.Instance} of cluster {marker.ClusterId}. It is left alone; move it away if {order.Instance} is to be here.");
        }

        if (order.HomeMade)
        {
            return marker is not null ? null : throw new DataLostException(
                $"the data of {order.Instance} is gone: {folder} has no marker. Mount the disk or restore the folder, marker included, and restart the instance; it is not started empty unasked.");
        }

        if (marker?.Generation == order.Generation)
        {
            return null;
        }

        var aside = PutAside(order.Instance, folder, marker);
        DurableFile.CreateFolder(paths.Homes);
        DurableFile.CreateFolder(Path.GetDirectoryName(folder)!);
        DurableFile.CreateFolder(folder);
        HomeMarker.Write(folder, clusterId, order, clock.GetUtcNow());
        return aside;
    }

    /// <summary>What an earlier life of the instance left, or somebody without a marker, is neither used nor deleted.</summary>
    private static string? PutAside(InstanceId instance, string folder, HomeMarker? marker)
    {
        if (!Directory.Exists(folder) || (marker is null && !Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            return null;
        }

        for (var number = 1; ; number++)
        {
            var aside = $"{folder}.former-{marker?.Generation ?? 0}-{number}";
            if (!Path.Exists(aside))
            {
                Directory.Move(folder, aside);
                DurableFile.FlushFolder(Path.GetDirectoryName(folder)!);
                return $"{instance}: what an earlier {instance} left was put aside in {aside}; delete it when nobody needs it.";
            }
        }
    }
}
