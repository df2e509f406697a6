/** Mantine's fields with the look of the desk; imported from here so that their styles come along once. */

import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/PasswordInput.css';
import '../style/inputs.css';
import { PasswordInput, type PasswordInputProps, TextInput, type TextInputProps } from '@mantine/core';

export function TextField(props: TextInputProps) {
  return <TextInput size="sm" {...props} />;
}

export function PasswordField(props: PasswordInputProps) {
  return (
    <PasswordInput
      size="sm"
      {...props}
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide what is typed', tabIndex: 0 }}
    />
  );
}

/** A one-time code of six digits; authenticators and password managers know the hint. */
export function CodeField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly error?: string | undefined;
  readonly description?: string;
}) {
  return (
    <TextInput
      size="sm"
      label={props.label}
      description={props.description}
      error={props.error}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value.replace(/\D/g, '').slice(0, 6))}
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9]{6}"
      placeholder="123456"
      autoFocus
      data-autofocus
    />
  );
}
