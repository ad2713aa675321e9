using Pryv.Consensus.Log;
using Pryvd.Hosting;
using Pryvd.Observers;

namespace Pryvd.Raft;

/// <summary>Opens the session that the data folder says, and ties what happens in it to the host.</summary>
internal static class SessionOpening
{
    /// <summary>A log makes a member; a log and an observer's mark together are left by a promotion that was interrupted after its last step but one.</summary>
    /// <exception cref="SessionException">What is there cannot run.</exception>
    public static async Task<ClusterSession> OpenAsync(NodeHost host, SessionParts parts, CancellationToken stop)
    {
        if (DurableLog.Exists(new LibcDisk(parts.Folder.LogPath)))
        {
            DurableFile.Delete(parts.Folder.ObserverPath);
            var member = await MemberSession.StartAsync(parts, stop).ConfigureAwait(false);
            member.CeasedToVote += () => host.IdentityFolder.Custody.Drop();
            member.Transport.NewerEpoch += epoch => _ = host.RetireAsync(member, EpochCheck.Over(member.Epoch, epoch, parts));
            return member;
        }

        var mark = ObserverMark.Read(parts.Folder) ?? throw new SessionException($"{parts.Folder.ObserverPath} is gone.");
        var observer = await ObserverSession.StartAsync(parts, mark).ConfigureAwait(false);
        observer.Outdated += epoch => _ = Task.Run(() => host.BeginAnewAsync(observer, epoch));
        return observer;
    }
}
