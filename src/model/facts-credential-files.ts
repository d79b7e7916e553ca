/** What a file of OpenClaw holds that somebody else must not read. */
export type CredentialFileKind =
  | 'config'
  | 'config-copy'
  | 'dotenv'
  | 'service-file'
  | 'unit'
  | 'identity'
  | 'pairing'
  | 'profiles'
  | 'database'
  | 'credentials'
  | 'socket';

/** One file that holds a credential, or a socket that gives the operator's rights. */
export interface CredentialFile {
  /** With `~` for the home directory. */
  path: string;
  kind: CredentialFileKind;
  /** Permission bits of the link's end, decimal. */
  mode: number;
  uid: number;
  gid: number;
  /**
   * Who else can open it, by its mode and by every directory above it: a file of mode 0644 in a
   * directory of mode 0700 is the owner's alone, and so is one of a group without another member.
   */
  reach: 'owner' | 'group' | 'everybody';
  /** Who else can change it in place or put another file there. */
  writable: 'owner' | 'group' | 'everybody';
  /** The path is a symbolic link: where it ends, with `~`. */
  linkTo?: string;
}

/** Every file of a gateway that holds a credential, and who can open it. */
export interface CredentialFileFacts {
  /** Owner and mode of the state directory itself. */
  stateDir: { path: string; mode: number; uid: number; writable: CredentialFile['writable'] };
  /** The user that the files should belong to: the owner of the state directory. */
  files: CredentialFile[];
  /** Paths that could not be looked at, with the error's code. */
  hidden: { path: string; reason: string }[];
}
